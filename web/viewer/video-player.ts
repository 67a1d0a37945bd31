import type { MediaHeader } from "../../protocol/media-packet.ts";
import { makeLastingDecoder, type Codecs } from "../video/lasting-decoder.ts";
import { codecStringOf } from "./codec-string.ts";

/** So many failures, with fewer than `provingPictures` between two of them, and it is not tried again. */
const mostFailures = 4;
const provingPictures = 30;

export interface VideoPlayerNeeds {
  codecs: Codecs;
  /** Asked at every key frame. */
  hardwareAcceleration(header: MediaHeader): "prefer-hardware" | "prefer-software";
  /** The frame is the hearer's to close. */
  onPicture(frame: VideoFrame, packet: ReceivedPacket): void;
  /** It cannot go on without a key frame; told once a second at most. */
  onKeyNeeded(): void;
  /** Hardware has failed where it was preferred. */
  onHardwareFailed(): void;
  /** This machine does not decode this stream. */
  onHopeless(reason: string): void;
  nowMs(): number;
}

export interface ReceivedPacket {
  header: MediaHeader;
  /** When it was here, Unix milliseconds of the relay's clock. */
  receivedMs: number;
}

export interface VideoPlayer {
  /** A `key` or a `delta`. */
  push(packet: ReceivedPacket, annexB: Uint8Array): void;
  /** How many pictures are being decoded. */
  undecoded(): number;
  close(): void;
}

/** Decodes one device's packets for as long as it is watched, on the graphics card where that is of use. */
export function makeVideoPlayer(needs: VideoPlayerNeeds): VideoPlayer {
  let next: number | undefined;
  let failures = 0;
  let shownSinceFailure = 0;
  const decoder = makeLastingDecoder<ReceivedPacket>({
    codecs: needs.codecs,
    nowMs: () => needs.nowMs(),
    onPicture(frame, packet) {
      shownSinceFailure += 1;
      needs.onPicture(frame, packet);
    },
    onKeyNeeded: () => needs.onKeyNeeded(),
    onBroken(reason, isHardware) {
      if (isHardware) return needs.onHardwareFailed();
      failures = shownSinceFailure < provingPictures ? failures + 1 : 1;
      shownSinceFailure = 0;
      if (failures < mostFailures) return undefined;
      decoder.close();
      return needs.onHopeless(reason);
    },
  });

  return {
    push(packet, data) {
      const { kind, sequence, deviceUs } = packet.header;
      const follows = sequence === next;
      next = (sequence + 1) & 0xffff;
      const unit = { data, deviceUs, tag: packet };
      if (kind === "delta") return follows ? decoder.push(unit) : decoder.lose();
      const codec = codecStringOf(data);
      if (codec === undefined) return decoder.lose();
      const hardwareAcceleration = needs.hardwareAcceleration(packet.header);
      return decoder.push({ ...unit, key: { codec, hardwareAcceleration } });
    },
    undecoded: () => decoder.undecoded(),
    close: () => decoder.close(),
  };
}
