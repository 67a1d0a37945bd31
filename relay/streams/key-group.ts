import { copyPacket } from "../media/shared-packet.ts";
import type { CacheBudget } from "./cache-budget.ts";
import type { PassingPacket } from "./passing-packet.ts";

/** More would take a decoder longer to work through than the phone takes for a new key frame. */
const mostBytes = 1_000_000;
const mostPackets = 300;

/** A device's video since its last key frame: what a decoder that begins now needs. */
export interface KeyGroup {
  /**
   * False when the packet is of no use: it needs one that never came. Nothing is then until the next key frame.
   * A group that has grown too large is no longer kept, and what follows is of use all the same.
   */
  take(packet: PassingPacket): boolean;
  /** Something of it was lost: what follows is of no use until the next key frame. */
  lose(): void;
  /** From the key frame to the newest; undefined when it is not kept, or larger than that. */
  packets(atMostBytes?: number): readonly PassingPacket[] | undefined;
}

export function makeKeyGroup(budget: CacheBudget): KeyGroup {
  let kept: PassingPacket[] | undefined;
  let bytes = 0;
  /** Undefined while the next packet has to be a key frame. */
  let nextSequence: number | undefined;

  function forget(): void {
    budget.give(bytes);
    bytes = 0;
    kept = undefined;
  }

  function keep({ header, packet }: PassingPacket): void {
    if (kept === undefined) return;
    const { byteLength } = packet.bytes;
    const isTooMuch = kept.length === mostPackets || bytes + byteLength > mostBytes;
    if (isTooMuch || !budget.take(byteLength)) return forget();
    kept.push({ header, packet: copyPacket(packet) });
    bytes += byteLength;
  }

  return {
    take(packet) {
      const { kind, sequence } = packet.header;
      if (kind === "key") {
        forget();
        kept = [];
      } else if (sequence !== nextSequence) {
        this.lose();
        return false;
      }
      nextSequence = (sequence + 1) % 2 ** 16;
      keep(packet);
      return true;
    },
    lose() {
      forget();
      nextSequence = undefined;
    },
    packets: (atMostBytes = mostBytes) => (bytes <= atMostBytes ? kept : undefined),
  };
}
