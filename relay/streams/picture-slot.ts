import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { FrameEncoding, Picture } from "./picture.ts";
import { makeRateLimit } from "./rate-limit.ts";
import type { Viewer, Waiting } from "./viewer.ts";
import type { Tally, Watch } from "./watch.ts";

/** One device on one viewer's screen, in JPEGs: the newest of them may wait. */
export interface PictureSlot extends Waiting {
  readonly kind: "picture";
  readonly viewer: Viewer;
  readonly encoding: FrameEncoding;
  watch: Watch;
  /** May one that comes now go out at once? If so the caller sends it and tells by `sent`. */
  isReady(nowMs: number): boolean;
  sent(bytes: number, nowMs: number): void;
  /** Keeps it until the viewer is ready for it or a newer one comes. */
  hold(picture: Picture): void;
  change(watch: Watch, encoding: FrameEncoding): void;
}

export function makePictureSlot(
  viewer: Viewer,
  watch: Watch,
  encoding: FrameEncoding,
  tally: Tally,
  { clock, metrics }: { clock: Clock; metrics: Metrics },
): PictureSlot {
  let rate = makeRateLimit(watch.fps);
  let held: { picture: Picture; arrivedMs: number } | undefined;

  return {
    kind: "picture",
    viewer,
    encoding,
    watch,
    tally,
    lastSentMs: 0,
    isReady: (nowMs) => viewer.window.isOpen() && rate.readyAtMs(nowMs) <= nowMs,
    sent(bytes, nowMs) {
      held = undefined;
      rate.used(nowMs);
      this.lastSentMs = nowMs;
      viewer.sent("jpeg", bytes, this);
    },
    hold(picture) {
      if (held !== undefined) metrics.packetDropped("jpeg");
      held = { picture, arrivedMs: clock.now() };
      viewer.wait(this);
    },
    change(changed, encoding) {
      if (changed.fps !== this.watch.fps) rate = makeRateLimit(changed.fps, this.lastSentMs);
      Object.assign(this, { watch: changed, encoding });
    },
    readyAtMs: () => (held === undefined ? Number.POSITIVE_INFINITY : rate.readyAtMs(held.arrivedMs)),
    serve() {
      if (held === undefined) return;
      const { picture } = held;
      held = undefined;
      const nowMs = clock.now();
      rate.used(nowMs);
      this.lastSentMs = nowMs;
      viewer.sendPicture(picture, this.encoding, this);
    },
    isServed: () => held === undefined,
  };
}
