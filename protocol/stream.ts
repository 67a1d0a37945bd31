import * as v from "valibot";
import { bytes, pixels, serialNumber, unixMs, uuid, type Size } from "./fields.ts";

/** low, medium, high: 240, 480, 720 pixels of the *short* edge, never enlarged. */
export const streamQuality = v.picklist(["low", "medium", "high"]);
export type StreamQuality = v.InferOutput<typeof streamQuality>;
export const shortEdgePixels = { low: 240, medium: 480, high: 720 } as const satisfies Record<
  StreamQuality,
  number
>;

/** The layer that a picture of this size belongs to. */
export function layerOf({ width, height }: Size): StreamQuality {
  const shortEdge = Math.min(width, height);
  if (shortEdge <= shortEdgePixels.low) return "low";
  return shortEdge <= shortEdgePixels.medium ? "medium" : "high";
}

export const streamFps = v.pipe(v.number(), v.minValue(1), v.maxValue(5));

/** `h264` comes with pass-through; until a relay serves it, it answers `STREAM_ERROR`. */
export const streamEncoding = v.picklist(["base64", "binary", "h264"]);

/** dashboard → relay on `/stream`: watch a device. A second one for the same device changes the first. */
export const streamStart = v.object({
  device_id: uuid,
  quality: streamQuality,
  fps: streamFps,
  encoding: v.optional(streamEncoding, "base64"),
});
export type StreamStart = v.InferOutput<typeof streamStart>;

/** relay → worker on `/stream`: the best quality and rate that somebody watches. Repeated when that changes. */
export const streamStartDeliver = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  quality: streamQuality,
  fps: streamFps,
  encoding: v.optional(v.picklist(["base64", "binary"]), "base64"),
});
export type StreamStartDeliver = v.InferOutput<typeof streamStartDeliver>;

export const maxFrameBytes = 2_000_000;

const frameFields = {
  device_id: uuid,
  timestamp: unixMs,
  width: pixels,
  height: pixels,
  /** The display's size in pixels, turned as in this frame: what positions of commands are measured in. */
  screen_width: v.optional(pixels),
  screen_height: v.optional(pixels),
};

/** worker → relay → dashboard on `/stream`: one JPEG, base64 text or bytes as the receiver asked. */
export const streamFrame = v.object({
  ...frameFields,
  frame: v.union([
    v.pipe(v.string(), v.minLength(1), v.maxLength(Math.ceil(maxFrameBytes / 3) * 4)),
    v.pipe(
      bytes,
      v.check((frame) => frame.byteLength <= maxFrameBytes, `must be at most ${maxFrameBytes} bytes`),
    ),
  ]),
});
export type StreamFrame = v.InferOutput<typeof streamFrame>;

export const streamStop = v.object({ device_id: uuid });

/** relay → worker: nobody watches any more. */
export const streamStopDeliver = v.object({ device_id: uuid, serial_number: serialNumber });
export type StreamStopDeliver = v.InferOutput<typeof streamStopDeliver>;
