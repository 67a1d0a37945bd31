import type { MakePictureDecoder, Picture } from "./picture.ts";
import type { VideoPacket } from "./scrcpy-session.ts";

/** More undecoded pictures than this are older than worth showing. */
const queueLimit = 8;
const keyFrameRequestMs = 1000;

/** The part of WebCodecs that is used, so that tests can stand in for it. */
export interface Codecs {
  VideoDecoder: typeof VideoDecoder;
  EncodedVideoChunk: typeof EncodedVideoChunk;
}

/**
 * A decoder that outlives WebCodecs' own: Chrome closes one on a bad slice and takes idle ones away
 * (`QuotaExceededError`). It is built anew at the next key frame; deltas before that would decode to garbage.
 */
export function makeWebCodecsDecoder(codecs: Codecs): MakePictureDecoder {
  return (hooks) => {
    let configuration: Extract<VideoPacket, { type: "configuration" }> | undefined;
    let decoder: VideoDecoder | undefined;
    let codec: string | undefined;
    let isKeyFrameNeeded = true;
    let lastRequestMs = Number.NEGATIVE_INFINITY;
    let isClosed = false;

    function needKeyFrame(): void {
      isKeyFrameNeeded = true;
      const nowMs = performance.now();
      if (isClosed || nowMs - lastRequestMs < keyFrameRequestMs) return;
      lastRequestMs = nowMs;
      hooks.onKeyFrameNeeded();
    }

    function drop(): void {
      if (decoder !== undefined && decoder.state !== "closed") decoder.close();
      decoder = undefined;
    }

    function build(wanted: string): VideoDecoder {
      if (decoder !== undefined && decoder.state === "configured" && codec === wanted) return decoder;
      drop();
      const built = new codecs.VideoDecoder({
        output: (frame) => hooks.onPicture(pictureOf(frame)),
        error: (error) => {
          if (decoder !== built) return;
          decoder = undefined;
          isKeyFrameNeeded = true;
          // One that was only idle has shown everything; else the screen may stay still, and what is shown is old.
          if (error.name !== "QuotaExceededError") needKeyFrame();
        },
      });
      // Without `optimizeForLatency` the last picture stays inside until the next comes: a still screen shows stale.
      built.configure({ codec: wanted, optimizeForLatency: true, hardwareAcceleration: "prefer-software" });
      decoder = built;
      codec = wanted;
      return built;
    }

    function decode(packet: Extract<VideoPacket, { type: "picture" }>): void {
      if (configuration === undefined) return;
      const isStuck = decoder !== undefined && decoder.decodeQueueSize > queueLimit;
      if (!packet.isKeyFrame && (isKeyFrameNeeded || decoder === undefined || isStuck)) {
        needKeyFrame();
        return;
      }
      const data = packet.isKeyFrame ? join(configuration.data, packet.data) : packet.data;
      const type = packet.isKeyFrame ? "key" : "delta";
      try {
        build(configuration.codec).decode(
          new codecs.EncodedVideoChunk({ type, timestamp: packet.timestampUs, data }),
        );
        isKeyFrameNeeded = false;
      } catch {
        // Closed between the check and the call, or a size this machine cannot decode.
        drop();
        needKeyFrame();
      }
    }

    return {
      push: (packet) => {
        if (isClosed) return;
        if (packet.type === "configuration") configuration = packet;
        else decode(packet);
      },
      close: () => {
        isClosed = true;
        drop();
      },
    };
  };
}

function pictureOf(frame: VideoFrame): Picture {
  return {
    size: { width: frame.displayWidth, height: frame.displayHeight },
    image: frame,
    deviceUs: frame.timestamp,
    close: () => frame.close(),
  };
}

/** Chrome finds the parameter sets only inside a key frame's own chunk. */
function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
