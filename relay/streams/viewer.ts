import type { StreamQuality } from "../../protocol/stream.ts";
import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Wire } from "../wire.ts";
import { makeRateLimit, type RateLimit } from "./rate-limit.ts";
import { makeSendWindow } from "./send-window.ts";
import { weightOf, type FrameEncoding, type SharedFrame } from "./shared-frame.ts";

/** What a viewer asked for. */
export interface Watch {
  quality: StreamQuality;
  fps: number;
  encoding: FrameEncoding;
}

/** One device on one viewer's screen. */
interface Slot {
  watch: Watch;
  rate: RateLimit;
  /** The newest frame that has not gone out. A newer one takes its place. */
  waiting: { frame: SharedFrame; arrivedMs: number } | undefined;
  lastSentMs: number;
  tally: Tally;
}

/** What a viewer was sent of one device. */
interface Tally {
  startedAtMs: number;
  frames: number;
  bytes: number;
}

/** One viewer's wire: what it watches, and the one frame of each device that may wait for it. */
export interface Viewer {
  readonly wire: Wire;
  watch(deviceId: string, watch: Watch): void;
  /** The tally of the watch that ended, if there was one. */
  unwatch(deviceId: string): Tally | undefined;
  watchOf(deviceId: string): Watch | undefined;
  watched(): string[];
  /** May a frame of this device go out now? If so the caller sends it and tells by `sent`. */
  isReady(deviceId: string): boolean;
  sent(deviceId: string, bytes: number): void;
  /** Keeps the frame until the viewer is ready for it or a newer one comes. */
  hold(deviceId: string, frame: SharedFrame): void;
  close(): void;
}

export function makeViewer(wire: Wire, clock: Clock, metrics: Metrics): Viewer {
  const slots = new Map<string, Slot>();
  const window = makeSendWindow(() => wire.caughtUp(), drain);
  let wake: { atMs: number; cancel: () => void } | undefined;

  function readyAtMs({ rate, waiting }: Slot): number {
    return waiting === undefined ? Number.POSITIVE_INFINITY : rate.readyAtMs(waiting.arrivedMs);
  }

  /** Sends what waits, the longest unserved device first, as far as window and rates allow. */
  function drain(): void {
    forgetWake();
    const nowMs = clock.now();
    const due = [...slots.values()]
      .filter((slot) => readyAtMs(slot) <= nowMs)
      .sort((one, other) => one.lastSentMs - other.lastSentMs);
    for (const slot of due) {
      if (!window.isOpen()) return;
      const frame = slot.waiting?.frame.as(slot.watch.encoding);
      if (frame === undefined) continue;
      wire.emit("stream:frame", frame);
      account(slot, weightOf(frame));
    }
    wakeAt(Math.min(...[...slots.values()].map(readyAtMs)));
  }

  function account(slot: Slot, bytes: number): void {
    const nowMs = clock.now();
    slot.waiting = undefined;
    slot.rate.used(nowMs);
    slot.lastSentMs = nowMs;
    slot.tally.frames += 1;
    slot.tally.bytes += bytes;
    window.sent(bytes);
    metrics.frameOut(bytes);
  }

  /** Sees to it that `drain` runs at that time or before. A closed window needs no wake: the receipt drains. */
  function wakeAt(atMs: number): void {
    if (atMs === Number.POSITIVE_INFINITY || !window.isOpen()) return;
    if (wake !== undefined && wake.atMs <= atMs) return;
    forgetWake();
    wake = { atMs, cancel: clock.setTimer(Math.ceil(Math.max(0, atMs - clock.now())), drain) };
  }

  function forgetWake(): void {
    wake?.cancel();
    wake = undefined;
  }

  return {
    wire,
    watch(deviceId, watch) {
      const slot = slots.get(deviceId);
      if (slot === undefined) {
        const tally = { startedAtMs: clock.now(), frames: 0, bytes: 0 };
        slots.set(deviceId, {
          watch,
          rate: makeRateLimit(watch.fps),
          waiting: undefined,
          lastSentMs: 0,
          tally,
        });
        return;
      }
      if (slot.watch.fps !== watch.fps) slot.rate = makeRateLimit(watch.fps, slot.lastSentMs);
      slot.watch = watch;
    },
    unwatch(deviceId) {
      const slot = slots.get(deviceId);
      slots.delete(deviceId);
      return slot?.tally;
    },
    watchOf: (deviceId) => slots.get(deviceId)?.watch,
    watched: () => [...slots.keys()],
    isReady(deviceId) {
      const slot = slots.get(deviceId);
      return slot !== undefined && window.isOpen() && slot.rate.readyAtMs(clock.now()) <= clock.now();
    },
    sent(deviceId, bytes) {
      const slot = slots.get(deviceId);
      if (slot !== undefined) account(slot, bytes);
    },
    hold(deviceId, frame) {
      const slot = slots.get(deviceId);
      if (slot === undefined) return;
      if (slot.waiting !== undefined) metrics.frameDropped();
      slot.waiting = { frame, arrivedMs: clock.now() };
      wakeAt(readyAtMs(slot));
    },
    close() {
      forgetWake();
      slots.clear();
    },
  };
}
