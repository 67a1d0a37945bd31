import type { Display, PointerChange, Rotation, Size } from "../display.ts";
import { keyCodes } from "../key-codes.ts";
import type { ControlMessage, Position } from "./control-message.ts";
import type { DeviceMessage } from "./device-message.ts";
import type { Log } from "./log.ts";
import { makePointers } from "./pointers.ts";
import { isTypeable } from "./typed-text.ts";
import { isSameSize } from "./video-size.ts";

/** Android `MotionEvent.ACTION_*`; hover moves a mouse pointer, which a touch screen does not show. */
const touchActions: readonly (PointerChange["action"] | undefined)[] = ["down", "up", "move", "cancel"];
const mousePointer = -1n;
const primaryButton = 1;
const wakingKeys: ReadonlySet<number> = new Set([keyCodes.POWER, keyCodes.WAKEUP]);
const darkenAfterMs = 200;

export interface Controller {
  /** Does what one message asks for. */
  handle(message: ControlMessage): void;
  /** The size of the picture that positions refer to from now on. Before the first, positions are the display's. */
  setVideo(video: Size, display: Size): void;
  /** Whether the panel was put out last: what `cleanup` puts back at the end. */
  readonly keepsPanelDark: boolean;
  /** Tells the client what was copied on the phone, from now on. Returns how to stop. */
  watchClipboard(): () => void;
}

export interface ControllerParts {
  display: Display;
  isClipboardSynced: boolean;
  log: Log;
  send: (message: DeviceMessage) => void;
  resetVideo: () => void;
}

export function makeController({
  display,
  isClipboardSynced,
  log,
  send,
  resetVideo,
}: ControllerParts): Controller {
  const pointers = makePointers();
  let keepsPanelDark = false;
  let geometry: { video: Size; display: Size } | undefined;

  /** Undefined: the picture changed its size since the client looked at it. */
  function map(position: Position): { x: number; y: number } | undefined {
    if (geometry === undefined) return position;
    const { video } = geometry;
    const seen = { width: position.screenWidth, height: position.screenHeight };
    if (!isSameSize(video, seen)) {
      const sizes = `${seen.width}x${seen.height} (current size is ${video.width}x${video.height})`;
      log("verbose", `Ignore positional event generated for size ${sizes}`);
      return undefined;
    }
    return {
      x: (position.x * geometry.display.width) / video.width,
      y: (position.y * geometry.display.height) / video.height,
    };
  }

  /** The panel that was put out stays so although the phone is woken: Android lights it first. */
  function darkenSoon(): void {
    if (!keepsPanelDark) return;
    setTimeout(() => {
      log("info", "Forcing display off");
      display.isLit = false;
    }, darkenAfterMs);
  }

  function press(keyCode: number): void {
    display.key({ action: "down", keyCode, metaState: 0 });
    display.key({ action: "up", keyCode, metaState: 0 });
  }

  function touch(message: Extract<ControlMessage, { type: "touch" }>): void {
    const place = map(message.position);
    if (place === undefined) return;
    const id = pointers.find(message.pointerId);
    if (id === undefined) return log("warn", "Too many pointers for touch event");
    const action = touchActions[message.action];
    const isOtherButton = ((message.actionButton | message.buttons) & ~primaryButton) !== 0;
    const isMouse = message.pointerId === mousePointer && isOtherButton;
    if (action !== undefined && !isMouse) display.pointer({ action, id, x: place.x, y: place.y });
    if (action === undefined || action === "up" || action === "cancel") pointers.release(message.pointerId);
    return undefined;
  }

  function type(text: string): void {
    // One UTF-16 unit at a time, as the server does: it is why scrcpy itself cannot type Hangul this way.
    for (const unit of text.split("")) {
      const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
      if (isTypeable(unit)) display.type(unit);
      else log("warn", `Could not inject char u+${code}`);
    }
  }

  function turn(): void {
    const rotation: Rotation = display.rotation % 2 === 0 ? 1 : 0;
    log("info", `Device rotation requested: ${rotation === 0 ? "portrait" : "landscape"}`);
    display.rotate(rotation);
  }

  function startApp(asked: string): void {
    const isRestart = asked.startsWith("+");
    const name = isRestart ? asked.slice(1) : asked;
    const found = findApps(display, name);
    const [packageName] = found;
    if (packageName === undefined) {
      const kind = name.startsWith("?") ? "name" : "package";
      return log("warn", `No app found for ${kind} "${name.replace(/^\?/, "")}"`);
    }
    if (found.length > 1) return log("warn", `No unique app found for name "${name.slice(1)}"`);
    log("info", `Starting app "${display.labelOf(packageName)}" [${packageName}] on display 0...`);
    if (isRestart) display.forceStop(packageName);
    display.launch(packageName);
    return undefined;
  }

  return {
    handle(message) {
      switch (message.type) {
        case "key":
          if (message.action > 1) return;
          if (message.action === 1 && wakingKeys.has(message.keyCode)) darkenSoon();
          display.key({
            action: message.action === 0 ? "down" : "up",
            keyCode: message.keyCode,
            metaState: message.metaState,
          });
          return;
        case "text":
          return type(message.text);
        case "touch":
          return touch(message);
        case "scroll": {
          const place = map(message.position);
          if (place !== undefined)
            display.scroll({ x: place.x, y: place.y, dx: message.horizontal, dy: message.vertical });
          return;
        }
        case "back-or-screen-on":
          if (display.isAwake)
            display.key({
              action: message.action === 0 ? "down" : "up",
              keyCode: keyCodes.BACK,
              metaState: 0,
            });
          else if (message.action === 0) {
            darkenSoon();
            press(keyCodes.POWER);
          }
          return;
        case "expand-notification-panel":
        case "expand-settings-panel":
          return display.showPanel(true);
        case "collapse-panels":
          return display.showPanel(false);
        case "get-clipboard":
          if (message.copyKey !== "none") press(message.copyKey === "copy" ? keyCodes.COPY : keyCodes.CUT);
          if (!isClipboardSynced) send({ type: "clipboard", text: display.clipboard });
          return;
        case "set-clipboard":
          display.clipboard = message.text;
          log("info", "Device clipboard set");
          if (message.isPasted) press(keyCodes.PASTE);
          // 0 means that the client does not want to know.
          if (message.sequence !== 0n) send({ type: "ack-clipboard", sequence: message.sequence });
          return;
        case "set-display-power":
          keepsPanelDark = !message.isOn;
          display.isLit = message.isOn;
          return log("info", `Device display turned ${message.isOn ? "on" : "off"}`);
        case "rotate-device":
          return turn();
        case "start-app":
          return startApp(message.name);
        case "open-hard-keyboard-settings":
          display.launch("com.android.settings");
          return;
        case "reset-video":
          log("info", "Video capture reset");
          return resetVideo();
        case "uhid-create":
        case "uhid-input":
        case "uhid-destroy":
          // A phone without /dev/uhid, as many are.
          return;
        default:
          message satisfies never;
      }
    },
    get keepsPanelDark() {
      return keepsPanelDark;
    },
    setVideo(video, displaySize) {
      geometry = { video, display: displaySize };
    },
    watchClipboard() {
      if (!isClipboardSynced) return () => undefined;
      return display.onCopy((text) => send({ type: "clipboard", text }));
    },
  };
}

/** `?name` finds by the beginning of the label, anything else is a package. */
function findApps(display: Display, name: string): string[] {
  if (!name.startsWith("?")) return display.packages.filter((one) => one === name);
  const start = name.slice(1).toLowerCase();
  return display.packages.filter((one) => display.labelOf(one)?.toLowerCase().startsWith(start));
}
