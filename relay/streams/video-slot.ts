import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { KeyGroup } from "./key-group.ts";
import type { PassingPacket } from "./passing-packet.ts";
import { windowBytes } from "./send-window.ts";
import type { Viewer, Waiting } from "./viewer.ts";
import type { Tally, Watch } from "./watch.ts";

/** How late a viewer may be before it is dropped to the next key frame: a key frame alone may fill its window. */
const mostWaitMs = 200;
const mostHeldBytes = 2 * windowBytes;
/** One that was dropped begins again from what is kept only if that is little; it is slow. */
const mostBytesAgain = windowBytes / 2;

/** One device on one viewer's screen, as video: never a delta without all that it needs. */
export interface VideoSlot extends Waiting {
  readonly kind: "video";
  readonly viewer: Viewer;
  watch: Watch;
  /** May this one go out at once, together with others? If so the caller sends it and tells by `sent`. If not it is held or dropped. */
  offer(passing: PassingPacket): boolean;
  sent(passing: PassingPacket): void;
  /** What comes next cannot be decoded: it goes on with a key frame. */
  lose(): void;
  /** Its decoder begins anew. */
  refresh(): void;
  wantsKey(): boolean;
}

interface VideoSlotNeeds {
  clock: Clock;
  metrics: Metrics;
  group: KeyGroup;
  /** Nothing that is kept is of use to this one. */
  wantKey: () => void;
}

export function makeVideoSlot(
  viewer: Viewer,
  watch: Watch,
  tally: Tally,
  { clock, metrics, group, wantKey }: VideoSlotNeeds,
): VideoSlot {
  /** `asking`: nothing that is kept will do, and the worker was asked for a key frame. */
  let state: "new" | "dropped" | "asking" | "going on" = "new";
  let held: { passing: PassingPacket; sinceMs: number }[] = [];
  let heldBytes = 0;
  /** The key frame that the last `refresh` was answered with from what is kept. */
  let refreshedWith: PassingPacket | undefined;

  function letGo(): void {
    for (const { passing } of held) metrics.packetDropped(passing.header.kind);
    held = [];
    heldBytes = 0;
  }

  function hold(passing: PassingPacket): void {
    held.push({ passing, sinceMs: clock.now() });
    heldBytes += passing.packet.bytes.byteLength;
  }

  function mayHold({ packet }: PassingPacket): boolean {
    const [oldest] = held;
    if (oldest === undefined) return true;
    return clock.now() - oldest.sinceMs <= mostWaitMs && heldBytes + packet.bytes.byteLength <= mostHeldBytes;
  }

  /** Begins with what is kept, if that is worth it. */
  function begin(): void {
    const kept = group.packets(state === "new" ? undefined : mostBytesAgain);
    if (kept === undefined || kept.length === 0) {
      state = "asking";
      wantKey();
      return;
    }
    state = "going on";
    for (const passing of kept) hold(passing);
  }

  return {
    kind: "video",
    viewer,
    watch,
    tally,
    lastSentMs: 0,
    offer(passing) {
      const { kind } = passing.header;
      if (kind === "key") {
        letGo();
        state = "going on";
      }
      if (state === "going on") {
        if (held.length === 0 && viewer.window.isOpen()) return true;
        if (mayHold(passing)) {
          hold(passing);
          viewer.wait(this);
          return false;
        }
        this.lose();
      }
      metrics.packetDropped(kind);
      return false;
    },
    sent({ header, packet }) {
      this.lastSentMs = clock.now();
      viewer.sent(header.kind, packet.bytes.byteLength, this);
    },
    lose() {
      if (state === "going on") state = "dropped";
      letGo();
      viewer.wait(this);
    },
    refresh() {
      const [key] = group.packets() ?? [];
      // The one that it could not decode will not do a second time.
      const isOfNoUse = key === undefined || key === refreshedWith;
      refreshedWith = key;
      letGo();
      state = isOfNoUse ? "asking" : "new";
      if (isOfNoUse) wantKey();
      else viewer.wait(this);
    },
    wantsKey: () => state !== "going on",
    readyAtMs: () => (state === "asking" ? Number.POSITIVE_INFINITY : 0),
    serve() {
      if (state === "new" || state === "dropped") begin();
      while (held.length > 0 && viewer.window.isOpen()) {
        const passing = held.shift()?.passing;
        if (passing === undefined) return;
        heldBytes -= passing.packet.bytes.byteLength;
        this.lastSentMs = clock.now();
        viewer.sendPacket(passing, this);
      }
    },
    isServed: () => state === "asking" || (state === "going on" && held.length === 0),
  };
}
