import type { MediaKind } from "../../protocol/media-packet.ts";
import { stampRelayedOut } from "../../protocol/media-packet.ts";
import { preciseNowMs, type Clock } from "../clock.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Wire } from "../wire.ts";
import type { PassingPacket } from "./passing-packet.ts";
import { weightOf, type FrameEncoding, type Picture } from "./picture.ts";
import { makeSendWindow, type SendWindow } from "./send-window.ts";
import type { Tally } from "./watch.ts";

/** What of one device waits for its viewer. */
export interface Waiting {
  /** From when on `serve` has something to do, Unix ms; infinite when only something new can change that. */
  readyAtMs(): number;
  /** Sends what may be sent. */
  serve(): void;
  /** Nothing waits any more. */
  isServed(): boolean;
  readonly tally: Tally;
  /** When it was served last. */
  lastSentMs: number;
}

/** One viewer's wire, and what waits for it. */
export interface Viewer {
  readonly wire: Wire;
  readonly window: SendWindow;
  /** Has it served as soon as its time, the window and the others that wait longer allow. */
  wait(waiting: Waiting): void;
  forget(waiting: Waiting): void;
  /** Sends something that waited. */
  sendPicture(picture: Picture, encoding: FrameEncoding, to: Waiting): void;
  sendPacket(passing: PassingPacket, to: Waiting): void;
  /** Tells what was sent to it together with others. */
  sent(kind: MediaKind, bytes: number, to: Waiting): void;
  close(): void;
}

export function makeViewer(wire: Wire, clock: Clock, metrics: Metrics): Viewer {
  const waitingOnes = new Set<Waiting>();
  const window = makeSendWindow(wire, drain);
  let wake: { atMs: number; cancel: () => void } | undefined;

  /** Serves those that wait, the longest unserved first, as far as window and rates allow. */
  function drain(): void {
    if (waitingOnes.size === 0) return;
    forgetWake();
    const nowMs = clock.now();
    const due = [...waitingOnes]
      .filter((waiting) => waiting.readyAtMs() <= nowMs)
      .sort((one, other) => one.lastSentMs - other.lastSentMs);
    for (const waiting of due) {
      if (!window.isOpen()) return;
      waiting.serve();
      if (waiting.isServed()) waitingOnes.delete(waiting);
    }
    wakeAt(Math.min(...[...waitingOnes].map((waiting) => waiting.readyAtMs())));
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

  function sent(kind: MediaKind, bytes: number, { tally }: Waiting): void {
    if (kind === "jpeg" || kind === "key" || kind === "delta") tally.frames += 1;
    tally.bytes += bytes;
    window.sent(bytes);
    metrics.packetOut(kind, bytes);
  }

  return {
    wire,
    window,
    wait(waiting) {
      waitingOnes.add(waiting);
      wakeAt(waiting.readyAtMs());
    },
    forget: (waiting) => void waitingOnes.delete(waiting),
    sendPicture(picture, encoding, to) {
      if (wire.packets === undefined) {
        const frame = picture.asFrame(encoding);
        wire.emit("stream:frame", frame);
        sent("jpeg", weightOf(frame), to);
      } else {
        const packet = picture.asPacket();
        stampRelayedOut(packet.bytes, preciseNowMs());
        wire.packets.send(packet);
        sent("jpeg", packet.bytes.byteLength, to);
      }
    },
    sendPacket({ header, packet }, to) {
      const { bytes } = packet;
      stampRelayedOut(bytes, preciseNowMs());
      if (wire.packets === undefined) wire.emit("stream:packet", bytes);
      else wire.packets.send(packet);
      sent(header.kind, bytes.byteLength, to);
    },
    sent,
    close() {
      forgetWake();
      waitingOnes.clear();
    },
  };
}
