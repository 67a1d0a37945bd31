import type { Display } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import { makeScreen, type Screen } from "./screen.ts";

const frameMs = 1000 / 60;
/** The longest delay that timers take. */
const longestMs = 2 ** 31 - 1;

/** A virtual phone's screen. Needs `OffscreenCanvas` only for `draw` and `capture`, so everything else also runs in Node. */
export function makeDisplay(model: PhoneModel): Display {
  const damageListeners = new Set<() => void>();
  const copyListeners = new Set<(text: string) => void>();
  let notifyTimer: ReturnType<typeof setTimeout> | undefined;
  let changeTimer: ReturnType<typeof setTimeout> | undefined;
  let lastNotifiedAt = -Infinity;
  let isClosed = false;

  const screen = makeScreen({
    model,
    now: () => Date.now(),
    onChange: damage,
    onCopy: (text) => {
      for (const listener of copyListeners) listener(text);
    },
  });

  function damage(): void {
    if (isClosed || damageListeners.size === 0) return;
    scheduleChange();
    if (notifyTimer !== undefined) return;
    const waitMs = Math.max(0, lastNotifiedAt + frameMs - performance.now());
    notifyTimer = setTimeout(() => {
      notifyTimer = undefined;
      lastNotifiedAt = performance.now();
      for (const listener of damageListeners) listener();
    }, waitMs);
  }

  function drawScaled(
    context: OffscreenCanvasRenderingContext2D,
    width: number,
    height: number,
    paint: Screen["paint"],
  ): void {
    context.save();
    context.scale(width / screen.size.width, height / screen.size.height);
    paint(context);
    context.restore();
  }

  /** While nobody watches no timer runs: the picture is a function of the time and is right whenever it is asked for. */
  function scheduleChange(): void {
    clearTimeout(changeTimer);
    if (isClosed || damageListeners.size === 0) return;
    const waitMs = Math.min(screen.nextChange() - Date.now(), longestMs);
    if (waitMs !== longestMs) changeTimer = setTimeout(damage, Math.max(0, waitMs));
  }

  return {
    get size() {
      return screen.size;
    },
    naturalSize: model.naturalSize,
    get rotation() {
      return screen.rotation;
    },
    get isAwake() {
      return screen.isAwake;
    },
    get isLit() {
      return screen.isLit;
    },
    set isLit(isLit) {
      screen.isLit = isLit;
    },
    get windows() {
      return screen.windows;
    },
    get isAsking() {
      return screen.isAsking;
    },
    get clipboard() {
      return screen.clipboard;
    },
    set clipboard(text) {
      screen.clipboard = text;
    },
    get clockAheadMs() {
      return screen.clockAheadMs;
    },
    set clockAheadMs(aheadMs) {
      screen.clockAheadMs = aheadMs;
    },
    get foreground() {
      return screen.foreground;
    },
    packages: screen.packages,
    labelOf: screen.labelOf,
    keyguard: screen.keyguard,
    speaker: screen.speaker,
    pointer: screen.pointer,
    key: screen.key,
    type: screen.type,
    scroll: screen.scroll,
    showPanel: screen.showPanel,
    rotate: screen.rotate,
    launch: screen.launch,
    forceStop: screen.forceStop,
    askDebugging: screen.askDebugging,
    describe: screen.describe,
    onDamage(listener) {
      damageListeners.add(listener);
      scheduleChange();
      return () => {
        damageListeners.delete(listener);
        scheduleChange();
      };
    },
    onCopy(listener) {
      copyListeners.add(listener);
      return () => void copyListeners.delete(listener);
    },
    draw: (context, width, height) => drawScaled(context, width, height, screen.paint),
    drawPanel: (context, width, height) => drawScaled(context, width, height, screen.paintPanel),
    async capture() {
      const { width, height } = screen.size;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d", { alpha: false });
      if (context === null) throw new Error("no 2D context to paint on");
      screen.paint(context);
      const png = await canvas.convertToBlob({ type: "image/png" });
      return new Uint8Array(await png.arrayBuffer());
    },
    close() {
      isClosed = true;
      clearTimeout(notifyTimer);
      clearTimeout(changeTimer);
      damageListeners.clear();
      copyListeners.clear();
    },
  };
}
