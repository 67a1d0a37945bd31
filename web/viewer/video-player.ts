import type { MediaHeader } from "../../protocol/media-packet.ts";
import { codecStringOf } from "./codec-string.ts";

/** A decoder that has this many pictures before it shows what nobody wants to see any more. */
const mostUndecoded = 12;
/** At few pictures a second that many would be seconds. */
const oldestUndecodedMs = 1000;
const keyRequestMs = 1000;
/** So many failures, with fewer than `provingPictures` between two of them, and it is not tried again. */
const mostFailures = 4;
const provingPictures = 30;

/** The part of WebCodecs that is used, so that tests can stand in for it. */
export interface Codecs {
  VideoDecoder: typeof VideoDecoder;
  EncodedVideoChunk: typeof EncodedVideoChunk;
}

export interface VideoPlayerNeeds {
  codecs: Codecs;
  /** Asked at every key frame. */
  hardwareAcceleration(header: MediaHeader): HardwarePreference;
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

type HardwarePreference = "prefer-hardware" | "prefer-software";

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

/**
 * Decodes one device's video for as long as it is watched. Chrome closes a decoder on a bad slice, and takes an idle one
 * away (`QuotaExceededError`): another is made at the next key frame. Deltas after a gap would decode without an error,
 * to garbage, so they are dropped until then.
 */
export function makeVideoPlayer(needs: VideoPlayerNeeds): VideoPlayer {
  const { codecs } = needs;
  let decoder: VideoDecoder | undefined;
  let configured = "";
  let next: number | undefined;
  let undecoded: { timestamp: number; packet: ReceivedPacket; cameMs: number }[] = [];
  let timestamp = 0;
  let keyAskedMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let shownSinceFailure = 0;
  let isClosed = false;

  function drop(): void {
    if (decoder !== undefined && decoder.state !== "closed") decoder.close();
    decoder = undefined;
    undecoded = [];
  }

  function isBehind(): boolean {
    const [oldest] = undecoded;
    if (oldest === undefined) return false;
    return undecoded.length >= mostUndecoded || needs.nowMs() - oldest.cameMs > oldestUndecodedMs;
  }

  function needKey(): void {
    next = undefined;
    const nowMs = needs.nowMs();
    if (isClosed || nowMs - keyAskedMs < keyRequestMs) return;
    keyAskedMs = nowMs;
    needs.onKeyNeeded();
  }

  function fail(reason: string, isHardware: boolean): void {
    drop();
    if (isHardware) needs.onHardwareFailed();
    else {
      failures = shownSinceFailure < provingPictures ? failures + 1 : 1;
      shownSinceFailure = 0;
    }
    if (failures >= mostFailures) {
      isClosed = true;
      needs.onHopeless(reason);
    } else needKey();
  }

  function show(frame: VideoFrame): void {
    const at = undecoded.findIndex((each) => each.timestamp === frame.timestamp);
    const shown = undecoded[at];
    if (isClosed || shown === undefined) return frame.close();
    undecoded = undecoded.slice(at + 1);
    shownSinceFailure += 1;
    needs.onPicture(frame, shown.packet);
  }

  function build(codec: string, hardwareAcceleration: HardwarePreference): VideoDecoder {
    const wanted = `${codec} ${hardwareAcceleration}`;
    if (decoder?.state === "configured" && configured === wanted) return decoder;
    drop();
    const built = new codecs.VideoDecoder({
      output: (frame) => {
        if (decoder === built) show(frame);
        else frame.close();
      },
      error: (error) => {
        if (decoder !== built) return;
        // One that was only idle has shown everything there was; the next delta asks for a key frame.
        if (error.name === "QuotaExceededError") drop();
        else fail(error.message, hardwareAcceleration === "prefer-hardware");
      },
    });
    decoder = built;
    configured = wanted;
    // Without `optimizeForLatency` the last picture stays inside until the next comes: a still screen shows stale.
    built.configure({ codec, optimizeForLatency: true, hardwareAcceleration });
    return built;
  }

  return {
    push(packet, data) {
      if (isClosed) return;
      const { header } = packet;
      const isKey = header.kind === "key";
      if (!isKey && (header.sequence !== next || decoder === undefined || isBehind())) return needKey();
      if (isKey && isBehind()) drop();
      const hardware = needs.hardwareAcceleration(header);
      try {
        const codec = isKey ? codecStringOf(data) : undefined;
        const present = codec === undefined ? decoder : build(codec, hardware);
        if (present === undefined) return needKey();
        // The phone's own time, so that a picture is known by it all the way; its clock may begin again.
        timestamp = Math.max(timestamp + 1, header.deviceUs);
        undecoded.push({ timestamp, packet, cameMs: needs.nowMs() });
        present.decode(new codecs.EncodedVideoChunk({ type: isKey ? "key" : "delta", timestamp, data }));
        next = (header.sequence + 1) & 0xffff;
      } catch (error) {
        // Closed between the check and the call, or a size that this machine cannot decode.
        fail(error instanceof Error ? error.message : String(error), hardware === "prefer-hardware");
      }
    },
    undecoded: () => undecoded.length,
    close() {
      isClosed = true;
      drop();
    },
  };
}
