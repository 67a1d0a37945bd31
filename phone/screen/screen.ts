import { batteryPercent } from "../battery.ts";
import type { Display, KeyChange, PointerChange, Rotation, Size } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { AppHost } from "./app.ts";
import { makeAppStack } from "./app-stack.ts";
import { nextMinute } from "./clock-text.ts";
import { makeDebuggingDialog } from "./debugging-dialog.ts";
import { makeGestures } from "./gestures.ts";
import { fillRound } from "./ink.ts";
import { launchableApps, launcherPackage } from "./installed-apps.ts";
import { keyCodes } from "../key-codes.ts";
import { makeKeys } from "./keys.ts";
import { makeKeyguard } from "./keyguard.ts";
import { layLayers, viewInLayers } from "./layers.ts";
import { hasGestures, navigationBarHeight } from "./navigation-bar.ts";
import { makeNavigation } from "./navigation.ts";
import type { PaintContext } from "./paint-context.ts";
import { contains } from "./rect.ts";
import { describeLayers, type Layer } from "./screen-node.ts";
import { makeStage, pixelsPerDpOf } from "./stage.ts";
import { statusBarHeight } from "./status-bar.ts";
import { makeSpeaker } from "../sound/speaker.ts";
import { makeTouchMarks } from "./touch-marks.ts";
import { paintViews } from "./view.ts";
import { makeVolume } from "./volume.ts";
import { listWindows } from "./windows.ts";

/** How far one notch of a wheel scrolls. */
const notchDp = 64;

/** A phone's screen without a canvas and without timers: its state is what was done to it and the time. */
export interface Screen extends Omit<
  Display,
  "naturalSize" | "onDamage" | "onCopy" | "draw" | "drawPanel" | "capture" | "close"
> {
  /** Paints what whoever records the screen gets, in device pixels. */
  paint: (context: PaintContext) => void;
  /** Paints what a person in front of the phone sees. */
  paintPanel: (context: PaintContext) => void;
  /** When the picture changes by itself next, in ms of `Date.now()`. */
  nextChange(): number;
}

export interface ScreenParts {
  model: PhoneModel;
  /** ms of `Date.now()`. */
  now: () => number;
  /** The picture is not what it was. */
  onChange: () => void;
  onCopy: (text: string) => void;
}

export function makeScreen({ model, now, onChange, onCopy }: ScreenParts): Screen {
  const { naturalSize, sdk } = model;
  const bootedAt = now();
  const pixelsPerDp = pixelsPerDpOf(model);
  let rotation: Rotation = 0;
  let isAwake = true;
  let isLit = true;
  let isDark = false;
  let clipboard = "";
  let clockAheadMs = 0;

  const wallTime = () => now() + clockAheadMs;

  const host: AppHost = {
    model,
    launchable: launchableApps,
    battery: (at) => batteryPercent(model, at - bootedAt),
    launch: (packageName) => void navigation.launch(packageName),
    isDark: () => isDark,
    setDark: (value) => {
      isDark = value;
    },
    play: ({ frequency, durationMs }) =>
      speaker.play({ frequency, durationMs, loudness: volume.share }, now()),
    turn: () => rotate(rotation % 2 === 0 ? 1 : 0),
    get keyguard() {
      return keyguard;
    },
  };
  const apps = makeAppStack(host);
  const speaker = makeSpeaker();
  const marks = makeTouchMarks();
  const volume = makeVolume();
  const dialog = makeDebuggingDialog(onChange);
  const keyguard = makeKeyguard(onChange);
  const navigation = makeNavigation(apps, dialog, keyguard);

  const size = (): Size =>
    rotation % 2 === 0 ? naturalSize : { width: naturalSize.height, height: naturalSize.width };

  const stage = () => makeStage(model, { size: size(), isDark, now: now(), wallTime: wallTime() });
  const layers = () => layLayers(stage(), { host, apps, navigation, volume, dialog, keyguard });

  const gestures = makeGestures({
    get screen() {
      return stage().screen;
    },
    hasGestures: hasGestures(sdk),
    topEdge: statusBarHeight,
    get bottomEdge() {
      return stage().screen.height - navigationBarHeight(sdk);
    },
    viewAt: (point) => viewInLayers(layers(), point),
    get scroller() {
      return navigation.isCovered ? undefined : apps.front.app.scroller;
    },
    get onTouch() {
      return navigation.isCovered ? undefined : apps.front.app.onTouch;
    },
    get isLocked() {
      return keyguard.isShown;
    },
    unlock: () => keyguard.dismiss(),
    home: navigation.home,
    back: navigation.back,
    showPanel: () => navigation.showPanel(true),
  });

  function rotate(to: Rotation): void {
    if (to === rotation) return;
    rotation = to;
    marks.clear();
    gestures.cancel();
    onChange();
  }
  function setAwake(value: boolean): void {
    if (isAwake && !value) keyguard.lock();
    // Android sets the panel's power anew with the display's.
    if (isAwake !== value) isLit = true;
    isAwake = value;
    marks.clear();
    gestures.cancel();
  }

  const pressAwake = makeKeys({
    navigation,
    volume,
    keyguard,
    now,
    get field() {
      return navigation.isCovered ? undefined : apps.front.app.field;
    },
    get clipboard() {
      return clipboard;
    },
    copy,
  });

  function pressKey(change: KeyChange): void {
    const { keyCode } = change;
    if (keyCode === keyCodes.POWER) return setAwake(!isAwake);
    if (keyCode === keyCodes.WAKEUP || keyCode === keyCodes.SLEEP)
      return setAwake(keyCode === keyCodes.WAKEUP);
    if (isAwake) pressAwake(change);
    return undefined;
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
    paintScreen(context, isAwake, (layer) => layer.isSecure !== true);
  }

  function paintScreen(context: PaintContext, isOn: boolean, isSeen: (layer: Layer) => boolean): void {
    context.fillStyle = "#000000";
    const { width, height } = size();
    context.fillRect(0, 0, width, height);
    if (!isOn) return;
    context.save();
    context.scale(pixelsPerDp, pixelsPerDp);
    for (const layer of layers()) if (isSeen(layer)) paintViews(context, layer.views);
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
    get isLit() {
      return isLit;
    },
    set isLit(value) {
      isLit = value;
      onChange();
    },
    keyguard,
    speaker,
    get windows() {
      return listWindows({ sdk, isAwake, apps, navigation, dialog, keyguard });
    },
    get isAsking() {
      return dialog.isShown;
    },
    get clockAheadMs() {
      return clockAheadMs;
    },
    set clockAheadMs(aheadMs) {
      if (aheadMs === clockAheadMs) return;
      clockAheadMs = aheadMs;
      onChange();
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
      const field = navigation.isCovered || !isAwake ? undefined : apps.front.app.field;
      if (field === undefined) return;
      field.insert(text);
      onChange();
    },
    scroll({ x, y, dy }) {
      const point = { x: x / pixelsPerDp, y: y / pixelsPerDp };
      if (!isAwake || navigation.isCovered || !contains(stage().screen, point)) return;
      // A list knows how long it is once it is laid out, and nobody may have looked at it yet.
      layers();
      apps.front.app.scroller?.scrollBy(-dy * notchDp, now());
      onChange();
    },
    showPanel(isShown) {
      navigation.showPanel(isShown);
      onChange();
    },
    rotate,
    launch(packageName) {
      const isLaunched = navigation.launch(packageName);
      onChange();
      return isLaunched;
    },
    forceStop(packageName) {
      if (packageName !== launcherPackage) apps.forceStop(packageName);
      onChange();
    },
    askDebugging: (question) => dialog.ask(question),
    describe: () => describeLayers(isAwake ? layers() : [], stage().screen, pixelsPerDp),
    paint,
    paintPanel: (context) => paintScreen(context, isAwake && isLit, () => true),
    nextChange() {
      if (!isAwake) return Infinity;
      const at = now();
      const { app } = apps.front;
      const scrolled = app.scroller?.isMoving(at) === true ? at + 1000 / 60 : Infinity;
      const moving = app.nextChange?.(at) ?? Infinity;
      const minute = nextMinute(wallTime()) - clockAheadMs;
      return Math.min(minute, scrolled, moving, marks.nextChange(at), volume.nextChange(at));
    },
  };
}
