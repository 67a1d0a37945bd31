import type { Display } from "../display.ts";
import { chooseLevel } from "./h264-level.ts";
import type { EncodedPicture, EncoderConfig, PictureEncoder, PictureRequest } from "./picture-encoder.ts";

/** Encodes with the browser's `VideoEncoder`, in any thread. */
export async function encodeWithWebCodecs(config: EncoderConfig): Promise<PictureEncoder> {
  const settings = await chooseSettings(config);
  const canvas = new OffscreenCanvas(config.size.width, config.size.height);
  // The encoder reads the pixels back for every picture: a canvas on the GPU would be slower.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error("no 2D context to paint on");

  let output: EncodedPicture | undefined;
  let failure: DOMException | undefined;
  const encoder = new VideoEncoder({
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      output = { data, isKeyFrame: chunk.type === "key" };
    },
    error(error) {
      failure = error;
    },
  });
  encoder.configure(settings);

  return {
    async encode(display: Display, { timestampUs, isKeyFrame }: PictureRequest) {
      display.draw(context, config.size.width, config.size.height);
      const frame = new VideoFrame(canvas, { timestamp: timestampUs });
      output = undefined;
      try {
        encoder.encode(frame, { keyFrame: isKeyFrame });
      } finally {
        frame.close();
      }
      // A software encoder holds nothing back, so a flush costs nothing, and it ends also for a picture that was left out.
      await encoder.flush();
      if (failure !== undefined) throw failure;
      return output;
    },
    close() {
      if (encoder.state !== "closed") encoder.close();
    },
  };
}

/**
 * Software first: the graphics card's encoders are few (some allow three at a time) and a table may hold many phones.
 * Some builds have no software encoder, so anything is better than nothing.
 */
async function chooseSettings({
  size,
  bitsPerSecond,
  framesPerSecond,
}: EncoderConfig): Promise<VideoEncoderConfig> {
  const level = chooseLevel(size, framesPerSecond);
  for (const hardwareAcceleration of ["prefer-software", "no-preference"] as const) {
    const settings: VideoEncoderConfig = {
      codec: `avc1.42E0${level.toString(16).toUpperCase().padStart(2, "0")}`,
      width: size.width,
      height: size.height,
      bitrate: bitsPerSecond,
      framerate: framesPerSecond,
      latencyMode: "realtime",
      avc: { format: "annexb" },
      hardwareAcceleration,
    };
    const { supported } = await VideoEncoder.isConfigSupported(settings);
    if (supported === true) return settings;
  }
  throw new Error(`no H.264 encoder for ${size.width}x${size.height} at level ${level / 10}`);
}
