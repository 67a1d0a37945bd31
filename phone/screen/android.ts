import { batteryPercent } from "../battery.ts";
import type {
  DebuggingAnswer,
  Display,
  KeyChange,
  PointerChange,
  Rotation,
  ScreenNode,
  Size,
} from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { AppHost, Stage } from "./app.ts";
import { makeAppStack } from "./app-stack.ts";
import { nextMinute } from "./clock-text.ts";
import { makeDebuggingDialog } from "./debugging-dialog.ts";
import { editWithKey } from "./edit-key.ts";
import { makeGestures } from "./gestures.ts";
import { fillRound } from "./ink.ts";
import { launchableApps, launcherPackage } from "./installed-apps.ts";
import { keyCodes } from "./key-code.ts";
import { hasGestures, layNavigationBar, navigationBarHeight } from "./navigation-bar.ts";
import { layNotificationPanel } from "./notification-panel.ts";
import type { PaintContext } from "./paint-context.ts";
import { layRecents } from "./recents.ts";
import { contains, type Point } from "./rect.ts";
import { describeLayers, type Layer } from "./screen-node.ts";
import { layStatusBar, statusBarHeight } from "./status-bar.ts";
import { makeTheme } from "./theme.ts";
import { makeTouchMarks } from "./touch-marks.ts";
import { paintViews, viewAt, type View } from "./view.ts";
import { makeVolume } from "./volume.ts";

const systemUi = "com.android.systemui";
/** A phone is never narrower than this, whatever its density says. */
const narrowestDp = 320;
/** A tablet is drawn larger than its density says, so that it can be read on a wall of thumbnails. */
const widestDp = 600;
const notchDp = 64;

/** A phone's screen without a canvas and without timers: its state is what was done to it and the time. */
export interface Android extends Pick<
  Display,
  | "size"
  | "rotation"
  | "isAwake"
  | "clipboard"
  | "pointer"
  | "key"
  | "type"
  | "scroll"
  | "showPanel"
  | "rotate"
  | "packages"
  | "labelOf"
  | "foreground"
  | "launch"
  | "forceStop"
> {
  askDebugging: (question: Parameters<Display["askDebugging"]>[0]) => Promise<DebuggingAnswer>;
  describe: () => ScreenNode;
  /** Paints the whole screen in device pixels. */
  paint(context: PaintContext): void;
  /** When the picture changes by itself next, in ms of `Date.now()`. */
  nextChange(): number;
}

export interface AndroidParts {
  model: PhoneModel;
  /** ms of `Date.now()`. */
  now: () => number;
  /** The picture is not what it was. */
  onChange: () => void;
  onCopy: (text: string) => void;
}

export function makeAndroid({ model, now, onChange, onCopy }: AndroidParts): Android {
  const { naturalSize, sdk } = model;
  const bootedAt = now();
  const shortEdge = Math.min(naturalSize.width, naturalSize.height);
  const pixelsPerDp = Math.max(shortEdge / widestDp, Math.min(model.density / 160, shortEdge / narrowestDp));
  let rotation: Rotation = 0;
  let isAwake = true;
  let isDark = false;
  let clipboard = "";
  let shade: "none" | "panel" | "recents" = "none";

  const host: AppHost = {
    model,
    launchable: launchableApps,
    battery: (at) => batteryPercent(model, at - bootedAt),
    launch: (packageName) => void launch(packageName),
    isDark: () => isDark,
    setDark: (value) => {
      isDark = value;
    },
    turn: () => rotate(rotation % 2 === 0 ? 1 : 0),
  };
  const apps = makeAppStack(host);
  const marks = makeTouchMarks();
  const volume = makeVolume();
  const dialog = makeDebuggingDialog(onChange);

  const size = (): Size =>
    rotation % 2 === 0 ? naturalSize : { width: naturalSize.height, height: naturalSize.width };

  function stage(): Stage {
    const { width, height } = size();
    const screen = { x: 0, y: 0, width: width / pixelsPerDp, height: height / pixelsPerDp };
    const bars = statusBarHeight + navigationBarHeight(sdk);
    const content = { ...screen, y: statusBarHeight, height: screen.height - bars };
    return { screen, content, now: now(), theme: makeTheme(model, isDark) };
  }

  /** Bottom to top. */
  function layers(): Layer[] {
    const here = stage();
    const { screen, theme } = here;
    const { installed, app } = apps.front;
    const hasDarkTop = shade === "recents" || (app.hasDarkTop ?? false);
    const barColor = (shade === "panel" ? isDark : hasDarkTop || isDark) ? "#ffffff" : theme.text;
    const navigationColor = shade !== "none" || hasDarkTop || isDark ? "#ffffff" : theme.text;
    const shadeViews: Record<typeof shade, () => View[]> = {
      none: () => [],
      panel: () => layNotificationPanel(here, host, closeShade),
      recents: () =>
        layRecents(here, apps.recent, {
          open: (packageName) => void launch(packageName),
          clear: () => {
            apps.stopAll();
            closeShade();
          },
          close: closeShade,
        }),
    };
    return [
      { package: installed.packageName, views: app.layout(here), isModal: false },
      { package: systemUi, views: shadeViews[shade](), isModal: shade !== "none" },
      {
        package: systemUi,
        isModal: false,
        views: [
          ...layStatusBar(screen, here.now, host.battery(here.now), barColor),
          ...layNavigationBar(screen, sdk, navigationColor, { back, home, recents }),
        ],
      },
      { package: systemUi, views: dialog.layout(screen, theme), isModal: dialog.isShown },
      { package: systemUi, views: volume.layout(screen, theme, here.now), isModal: false },
    ];
  }

  function findView(point: Point): View | undefined {
    for (const layer of layers().toReversed()) {
      const view = viewAt(layer.views, point);
      if (view !== undefined || layer.isModal) return view;
    }
    return undefined;
  }

  const isCovered = () => shade !== "none" || dialog.isShown;
  const gestures = makeGestures({
    get screen() {
      return stage().screen;
    },
    hasGestures: hasGestures(sdk),
    topEdge: statusBarHeight,
    get bottomEdge() {
      return stage().screen.height - navigationBarHeight(sdk);
    },
    viewAt: findView,
    get scroller() {
      return isCovered() ? undefined : apps.front.app.scroller;
    },
    get onTouch() {
      return isCovered() ? undefined : apps.front.app.onTouch;
    },
    home,
    back,
    showPanel: () => showPanel(true),
  });

  function closeShade(): void {
    shade = "none";
  }
  function showPanel(isShown: boolean): void {
    if (isShown) shade = "panel";
    else if (shade === "panel") closeShade();
    onChange();
  }
  function back(): void {
    if (dialog.isShown) dialog.answer("deny");
    else if (shade !== "none") closeShade();
    else apps.goHome();
  }
  function home(): void {
    if (dialog.isShown) dialog.answer("deny");
    closeShade();
    apps.goHome();
  }
  function recents(): void {
    shade = shade === "recents" ? "none" : "recents";
  }
  function launch(packageName: string): boolean {
    const isLaunched = apps.launch(packageName);
    if (isLaunched) closeShade();
    onChange();
    return isLaunched;
  }
  function rotate(to: Rotation): void {
    if (to === rotation) return;
    rotation = to;
    marks.clear();
    gestures.cancel();
    onChange();
  }
  function setAwake(value: boolean): void {
    isAwake = value;
    marks.clear();
    gestures.cancel();
  }

  function pressKey({ keyCode, metaState }: KeyChange): void {
    if (keyCode === keyCodes.power) return setAwake(!isAwake);
    if (keyCode === keyCodes.wakeup || keyCode === keyCodes.sleep)
      return setAwake(keyCode === keyCodes.wakeup);
    if (!isAwake) return undefined;
    switch (keyCode) {
      case keyCodes.home:
        return home();
      case keyCodes.back:
      case keyCodes.escape:
        return back();
      case keyCodes.appSwitch:
        return recents();
      case keyCodes.notification:
        return showPanel(shade !== "panel");
      case keyCodes.volumeUp:
        return volume.change(1, now());
      case keyCodes.volumeDown:
        return volume.change(-1, now());
      case keyCodes.volumeMute:
        return volume.change(0, now());
      default: {
        const field = isCovered() ? undefined : apps.front.app.field;
        if (field !== undefined) editWithKey(field, keyCode, metaState, { text: clipboard, copy });
        return undefined;
      }
    }
  }
  function copy(text: string): void {
    clipboard = text;
    onCopy(text);
  }

  function pointer({ action, id, x, y }: PointerChange): void {
    if (!isAwake) return;
    const { width, height } = size();
    const isInside = x >= 0 && y >= 0 && x < width && y < height;
    // A finger may leave over the edge; only where it comes down has to be on the screen.
    if (!isInside && action !== "up" && action !== "cancel") return;
    if (isInside && action !== "cancel") marks.set(id, x, y);
    if (action === "up" || action === "cancel") marks.release(id, now());
    gestures.touch({ action, id, x: x / pixelsPerDp, y: y / pixelsPerDp }, now());
    onChange();
  }

  function paint(context: PaintContext): void {
    context.fillStyle = "#000000";
    const { width, height } = size();
    context.fillRect(0, 0, width, height);
    if (!isAwake) return;
    context.save();
    context.scale(pixelsPerDp, pixelsPerDp);
    for (const layer of layers()) paintViews(context, layer.views);
    const { pressed } = gestures;
    if (pressed !== undefined)
      fillRound(context, pressed.bounds, pressed.radius ?? 0, "rgb(128 128 128 / 22%)");
    context.restore();
    marks.paint(context, Math.min(width, height), now());
  }

  return {
    get size() {
      return size();
    },
    get rotation() {
      return rotation;
    },
    get isAwake() {
      return isAwake;
    },
    get clipboard() {
      return clipboard;
    },
    set clipboard(text) {
      clipboard = text;
    },
    get foreground() {
      return apps.front.installed.packageName;
    },
    packages: apps.packages,
    labelOf: (packageName) => apps.find(packageName)?.label,
    pointer,
    key(change) {
      if (change.action === "up") return;
      pressKey(change);
      onChange();
    },
    type(text) {
      const field = isCovered() || !isAwake ? undefined : apps.front.app.field;
      if (field === undefined) return;
      field.insert(text);
      onChange();
    },
    scroll({ x, y, dy }) {
      const point = { x: x / pixelsPerDp, y: y / pixelsPerDp };
      if (!isAwake || isCovered() || !contains(stage().screen, point)) return;
      // A list knows how long it is once it is laid out, and nobody may have looked at it yet.
      layers();
      apps.front.app.scroller?.scrollBy(-dy * notchDp, now());
      onChange();
    },
    showPanel,
    rotate,
    launch,
    forceStop(packageName) {
      if (packageName !== launcherPackage) apps.forceStop(packageName);
      onChange();
    },
    askDebugging: (question) => dialog.ask(question),
    describe: () => describeLayers(isAwake ? layers() : [], stage().screen, pixelsPerDp),
    paint,
    nextChange() {
      if (!isAwake) return Infinity;
      const at = now();
      const { app } = apps.front;
      const scrolled = app.scroller?.isMoving(at) === true ? at + 1000 / 60 : Infinity;
      const moving = app.nextChange?.(at) ?? Infinity;
      return Math.min(nextMinute(at), scrolled, moving, marks.nextChange(at), volume.nextChange(at));
    },
  };
}
