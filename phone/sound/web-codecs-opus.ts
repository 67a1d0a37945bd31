import { channels, sampleRate } from "./speaker.ts";
import type { OpenSoundEncoder } from "./sound-encoder.ts";

/** Opus by the browser's `AudioEncoder`, in pieces of 20 ms as Android makes them; its header is an `OpusHead`. */
export const encodeOpus: OpenSoundEncoder = async ({ bitsPerSecond, onHeader, onPiece, onError }) => {
  const settings: AudioEncoderConfig = {
    codec: "opus",
    sampleRate,
    numberOfChannels: channels,
    bitrate: bitsPerSecond,
    opus: { format: "opus", frameDuration: 20_000 },
  };
  if (typeof AudioEncoder === "undefined") throw new Error("this browser has no AudioEncoder");
  if ((await AudioEncoder.isConfigSupported(settings)).supported !== true) throw new Error("no Opus encoder");
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      const description = metadata?.decoderConfig?.description;
      if (description !== undefined) onHeader(bytesOf(description));
      const piece = new Uint8Array(chunk.byteLength);
      chunk.copyTo(piece);
      onPiece(piece, chunk.timestamp);
    },
    error: (error) => onError(error.message),
  });
  encoder.configure(settings);
  return {
    push(samples, timestamp) {
      if (encoder.state === "closed") return;
      const numberOfFrames = samples.length / channels;
      const data = new AudioData({
        format: "s16",
        sampleRate,
        numberOfFrames,
        numberOfChannels: channels,
        timestamp,
        data: samples,
      });
      encoder.encode(data);
      data.close();
    },
    close: () => {
      if (encoder.state !== "closed") encoder.close();
    },
  };
};

function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  if (ArrayBuffer.isView(source))
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  return new Uint8Array(source).slice();
}
