import type { Size } from "../../../protocol/fields.ts";
import { backoffMs } from "../backoff.ts";
import type { LiveControl } from "../commands/touch-control.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { PictureWish } from "./frame-pump.ts";
import type { MakePictureDecoder, Picture, PictureDecoder } from "./picture.ts";
import { isMoreThan, turnedLike, videoWishFor } from "./screen-shape.ts";
import type { ScrcpySession, VideoPacket, VideoWish } from "./scrcpy-session.ts";

const warmMs = 5000;
const shrinkAfterMs = 10_000;
const firstPictureLimitMs = 10_000;
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
  /** Ends everything; the screen is of no use after. */
  close(): Promise<void>;
}

interface Running {
  scrcpy: ScrcpySession;
  video: VideoWish | undefined;
  videoSize: Size | undefined;
  decoder: PictureDecoder | undefined;
  hasPicture: boolean;
}

export function makeScreen(needs: ScreenNeeds): Screen {
  let wish: PictureWish | undefined;
  let running: Running | undefined;
  let isClosed = false;
  let isWorking = false;
  let isAgain = false;
  let failures = 0;
  let failedSizes = 0;
  let retryAtMs = 0;
  let controlUntilMs = 0;
  /** Since when the session is larger than needed, or not needed at all. */
  let excessSinceMs: number | undefined;
  let lastError = "scrcpy did not start";
  let wakeTimer: ReturnType<typeof setTimeout> | undefined;
  let firstPictureTimer: ReturnType<typeof setTimeout> | undefined;
  const waiting: PromiseWithResolvers<LiveControl>[] = [];

  /** Brings what runs to what is wished, one step at a time. Called on every change; never two at once. */
  async function reconcile(): Promise<void> {
    isAgain = true;
    if (isWorking) return;
    isWorking = true;
    while (isAgain) {
      isAgain = false;
      await step();
    }
    isWorking = false;
  }

  function wakeIn(waitMs: number): void {
    clearTimeout(wakeTimer);
    wakeTimer = setTimeout(() => void reconcile(), Math.max(0, waitMs));
  }

  async function step(): Promise<void> {
    const nowMs = Date.now();
    const video = wish && videoWishFor(wish.quality, wish.fps, needs.screenSize, failedSizes);
    const isControlWished = controlUntilMs > nowMs;
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
  async function shrinkLater(present: Running, video: VideoWish | undefined, nowMs: number): Promise<void> {
    if (!isMoreThan(present.video, video)) {
      excessSinceMs = undefined;
      if (video === undefined) wakeIn(controlUntilMs - nowMs);
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
    const started: Omit<Running, "scrcpy"> & { scrcpy?: ScrcpySession } = {
      video,
      videoSize: undefined,
      decoder: undefined,
      hasPicture: false,
    };
    try {
      if (video !== undefined) started.decoder = makeDecoder(started);
      const scrcpy = await needs.link.startScrcpy({
        ...(video && { video }),
        onPacket: (packet) => takePacket(started, packet),
      });
      const present: Running = Object.assign(started, { scrcpy });
      running = present;
      void scrcpy.ended.then((lastWords) => onEnded(present, lastWords));
      if (video !== undefined) {
        firstPictureTimer = setTimeout(() => onFirstPictureDue(present), firstPictureLimitMs);
      }
      isAgain = true;
    } catch (error) {
      started.decoder?.close();
      onFailure(error instanceof Error ? error.message : String(error), video !== undefined);
    }
  }

  function makeDecoder(started: Omit<Running, "scrcpy"> & { scrcpy?: ScrcpySession }): PictureDecoder {
    return needs.makeDecoder({
      onPicture: (picture) => {
        if (!started.hasPicture) {
          started.hasPicture = true;
          failures = 0;
          needs.onProblem(undefined);
        }
        needs.onPicture(picture);
      },
      onKeyFrameNeeded: () => void started.scrcpy?.control.resetVideo().catch(() => undefined),
    });
  }

  function takePacket(started: Omit<Running, "scrcpy">, packet: VideoPacket): void {
    if (packet.type === "configuration") started.videoSize = packet.size;
    started.decoder?.push(packet);
  }

  function onFirstPictureDue(present: Running): void {
    if (running !== present || present.hasPicture) return;
    running = undefined;
    present.decoder?.close();
    void present.scrcpy.close();
    onFailure("scrcpy sends no picture that this browser can decode", true);
    void reconcile();
  }

  function onEnded(present: Running, lastWords: string): void {
    if (running !== present) return;
    clearTimeout(firstPictureTimer);
    running = undefined;
    present.decoder?.close();
    onFailure(lastWords, present.video !== undefined && !present.hasPicture);
    void reconcile();
  }

  function onFailure(detail: string, isSizeSuspect: boolean): void {
    if (isClosed) return;
    lastError = detail;
    failures += 1;
    if (isSizeSuspect) failedSizes += 1;
    retryAtMs = Date.now() + backoffMs(restartBackoff, failures);
    rejectWaiting();
    if (wish !== undefined) needs.onProblem(detail);
    isAgain = true;
  }

  async function stop(): Promise<void> {
    const present = running;
    running = undefined;
    excessSinceMs = undefined;
    clearTimeout(firstPictureTimer);
    present?.decoder?.close();
    await present?.scrcpy.close();
  }

  function liveOf(present: Running): LiveControl {
    const picture =
      present.videoSize === undefined
        ? undefined
        : { video: present.videoSize, screen: turnedLike(present.videoSize, needs.screenSize) };
    return { control: present.scrcpy.control, picture };
  }

  function settleWaiting(present: Running): void {
    for (const each of waiting.splice(0)) each.resolve(liveOf(present));
  }

  function rejectWaiting(): void {
    for (const each of waiting.splice(0)) each.reject(new Error(lastError));
  }

  return {
    setWish: (next) => {
      if (next !== undefined && wish === undefined) retryAtMs = 0;
      wish = next;
      if (next === undefined) needs.onProblem(undefined);
      void reconcile();
    },
    refresh: () => void running?.scrcpy.control.resetVideo().catch(() => undefined),
    liveControl: () => running && liveOf(running),
    openControl: () => {
      controlUntilMs = Date.now() + warmMs;
      const opened = Promise.withResolvers<LiveControl>();
      if (isClosed) opened.reject(new Error("the device is gone"));
      else waiting.push(opened);
      // A person who types waits for no backoff.
      retryAtMs = 0;
      void reconcile();
      return opened.promise;
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
