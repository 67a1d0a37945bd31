import type { Size } from "../../../protocol/fields.ts";
import { backoffMs } from "../backoff.ts";
import type { LiveControl } from "../commands/touch-control.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { ControlHold, ControlHoldNeeds } from "./control-hold.ts";
import type { PictureWish } from "./frame-pump.ts";
import { startMirror, type Mirror } from "./mirror.ts";
import type { MakePictureDecoder, Picture } from "./picture.ts";
import { isMoreThan, videoWishFor } from "./screen-shape.ts";
import { ServerEndedError, type VideoWish } from "./scrcpy-session.ts";

const warmMs = 5000;
const shrinkAfterMs = 10_000;
/** A session that lived this long was not started in vain. */
const stableMs = 10_000;
const restartBackoff = { firstMs: 500, maxMs: 30_000 };

export interface ScreenNeeds {
  link: Pick<DeviceLink, "startScrcpy">;
  /** The display as built. */
  screenSize: Size;
  makeDecoder: MakePictureDecoder;
  /** The receiver owns the picture. */
  onPicture(picture: Picture): void;
  /** The screen cannot be mirrored although somebody watches; undefined when it can again. */
  onProblem(detail: string | undefined): void;
}

/** The one scrcpy session of a device: started by the first need, kept warm for a while, restarted when it dies. */
export interface Screen {
  setWish(wish: PictureWish | undefined): void;
  /** Asks for a fresh picture of a still screen. */
  refresh(): void;
  liveControl(): LiveControl | undefined;
  /** Starts a control-only session when none is up; rejects with what the device said. */
  openControl(): Promise<LiveControl>;
  /** Keeps a session up for live control until it is released. */
  holdControl(needs: ControlHoldNeeds): ControlHold;
  /** Ends everything; the screen is of no use after. */
  close(): Promise<void>;
}

export function makeScreen(needs: ScreenNeeds): Screen {
  let wish: PictureWish | undefined;
  let running: Mirror | undefined;
  let hasProblem = false;
  let isClosed = false;
  let isWorking = false;
  let isAgain = false;
  let failures = 0;
  /** How many sizes made no picture; forgotten by every new watching, lest one bad hour leaves small pictures for months. */
  let failedSizes = 0;
  let retryAtMs = 0;
  let controlUntilMs = 0;
  /** Since when the session is larger than needed, or not needed at all. */
  let excessSinceMs: number | undefined;
  let lastError = "scrcpy did not start";
  let wakeTimer: ReturnType<typeof setTimeout> | undefined;
  const waiting: PromiseWithResolvers<LiveControl>[] = [];
  const holds = new Set<ControlHoldNeeds>();

  /** Brings what runs to what is wished, one step at a time. Called on every change; never two at once. */
  async function reconcile(): Promise<void> {
    isAgain = true;
    if (isWorking) return;
    isWorking = true;
    try {
      while (isAgain) {
        isAgain = false;
        await step();
      }
    } finally {
      isWorking = false;
    }
  }

  function wakeIn(waitMs: number): void {
    clearTimeout(wakeTimer);
    wakeTimer = setTimeout(() => void reconcile(), Math.max(0, waitMs));
  }

  async function step(): Promise<void> {
    const nowMs = performance.now();
    const video = wish && videoWishFor(wish.quality, wish.fps, needs.screenSize, failedSizes);
    const isControlWished = controlUntilMs > nowMs || holds.size > 0;
    if (isClosed || (video === undefined && !isControlWished)) {
      await windDown(nowMs);
      return;
    }
    if (running !== undefined && video !== undefined && isMoreThan(video, running.video)) await stop();
    if (running !== undefined) {
      settleWaiting(running);
      await shrinkLater(running, video, nowMs);
      return;
    }
    excessSinceMs = undefined;
    if (nowMs < retryAtMs) {
      rejectWaiting();
      wakeIn(retryAtMs - nowMs);
      return;
    }
    await start(video);
  }

  async function windDown(nowMs: number): Promise<void> {
    if (running === undefined) return;
    excessSinceMs ??= nowMs;
    const warmLeftMs = isClosed ? 0 : excessSinceMs + warmMs - nowMs;
    if (warmLeftMs > 0) wakeIn(warmLeftMs);
    else await stop();
  }

  /** A session larger than needed is replaced only after a while: people zoom in and out. */
  async function shrinkLater(mirror: Mirror, video: VideoWish | undefined, nowMs: number): Promise<void> {
    if (!isMoreThan(mirror.video, video)) {
      excessSinceMs = undefined;
      if (video === undefined && holds.size === 0) wakeIn(controlUntilMs - nowMs);
      return;
    }
    excessSinceMs ??= nowMs;
    const leftMs = excessSinceMs + shrinkAfterMs - nowMs;
    if (leftMs > 0) {
      wakeIn(leftMs);
      return;
    }
    await stop();
    isAgain = true;
  }

  async function start(video: VideoWish | undefined): Promise<void> {
    try {
      const { link, screenSize, makeDecoder } = needs;
      const mirror = await startMirror({
        link,
        video,
        screenSize,
        makeDecoder,
        onPicture: takePicture,
        onClipboard: (text) => {
          for (const hold of holds) hold.onClipboard(text);
        },
      });
      const startedMs = performance.now();
      running = mirror;
      void mirror.ended.then((lastWords) => onEnded(mirror, startedMs, lastWords));
      // However long the start took: who waited for it may use it for a while.
      if (waiting.length > 0) controlUntilMs = startedMs + warmMs;
      isAgain = true;
    } catch (error) {
      if (error instanceof ServerEndedError && video !== undefined) failedSizes += 1;
      onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  function takePicture(picture: Picture): void {
    if (hasProblem) setProblem(undefined);
    needs.onPicture(picture);
  }

  function onEnded(mirror: Mirror, startedMs: number, lastWords: string): void {
    if (running !== mirror) return;
    running = undefined;
    void mirror.close();
    if (mirror.hasPicture()) {
      failedSizes = 0;
      // One that dies at once, every time, is not to be started twice a second for months.
      if (performance.now() - startedMs > stableMs) failures = 0;
    } else if (mirror.video !== undefined) failedSizes += 1;
    onFailure(lastWords);
    void reconcile();
  }

  function onFailure(detail: string): void {
    if (isClosed) return;
    lastError = detail;
    failures += 1;
    retryAtMs = performance.now() + backoffMs(restartBackoff, failures);
    rejectWaiting();
    for (const hold of holds) hold.onFailure(detail);
    if (wish !== undefined) setProblem(detail);
    isAgain = true;
  }

  function setProblem(detail: string | undefined): void {
    hasProblem = detail !== undefined;
    needs.onProblem(detail);
  }

  async function stop(): Promise<void> {
    const mirror = running;
    running = undefined;
    excessSinceMs = undefined;
    await mirror?.close();
  }

  function settleWaiting(mirror: Mirror): void {
    for (const each of waiting.splice(0)) each.resolve(mirror.live());
  }

  function rejectWaiting(): void {
    for (const each of waiting.splice(0)) each.reject(new Error(lastError));
  }

  return {
    setWish: (next) => {
      if (next !== undefined && wish === undefined) {
        retryAtMs = 0;
        failedSizes = 0;
      }
      wish = next;
      if (next === undefined) setProblem(undefined);
      void reconcile();
    },
    refresh: () => running?.refresh(),
    liveControl: () => running?.live(),
    openControl: () => {
      controlUntilMs = performance.now() + warmMs;
      const opened = Promise.withResolvers<LiveControl>();
      if (isClosed) opened.reject(new Error("the device is gone"));
      else waiting.push(opened);
      // A person who types waits for no backoff.
      retryAtMs = 0;
      void reconcile();
      return opened.promise;
    },
    holdControl: (hold) => {
      const mine = { ...hold };
      holds.add(mine);
      retryAtMs = 0;
      void reconcile();
      return {
        send: (messages) =>
          void running
            ?.live()
            .control.send(messages)
            .catch(() => undefined),
        place: () => running?.place(),
        release: () => {
          if (holds.delete(mine)) void reconcile();
        },
      };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(wakeTimer);
      wish = undefined;
      lastError = "the device is gone";
      rejectWaiting();
      await reconcile();
    },
  };
}
