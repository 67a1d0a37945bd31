import * as v from "valibot";
import { bytes, cutText, pixels, serialNumber, unixMs, uuid, type Size } from "./fields.ts";
import { mostPacketBytes } from "./media-packet.ts";

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

export const mostJpegFps = 5;
export const streamFps = v.pipe(v.number(), v.minValue(1), v.maxValue(mostJpegFps));
const videoFps = v.pipe(v.number(), v.minValue(1), v.maxValue(60));
/** Of a video, in pixels. */
const shortEdge = v.pipe(v.number(), v.integer(), v.minValue(120), v.maxValue(1440));

/** `base64` and `binary` are JPEGs; `h264` is the phone's own video, in media packets (`media-packet.ts`). */
export const streamEncoding = v.picklist(["base64", "binary", "h264"]);

/** dashboard → relay on `/stream`: watch a device. A second one for the same device changes the first. */
export const streamStart = v.pipe(
  v.object({
    device_id: uuid,
    quality: streamQuality,
    /** At most 5 of JPEGs, 60 of H.264. */
    fps: videoFps,
    encoding: v.optional(streamEncoding, "base64"),
    /** Of H.264: the short edge that is enough; that of `quality` when absent. */
    short_edge: v.optional(shortEdge),
    /** The phone's sound too, where it gives it. */
    sound: v.optional(v.boolean(), false),
  }),
  v.forward(
    v.partialCheck(
      [["fps"], ["encoding"]],
      ({ fps, encoding }) => encoding === "h264" || fps <= mostJpegFps,
      `must be at most ${mostJpegFps}, save for h264`,
    ),
    ["fps"],
  ),
);
export type StreamStart = v.InferOutput<typeof streamStart>;

/**
 * relay → worker on `/stream`: what somebody watches. Repeated when that changes. `quality`, `fps` and `encoding` are the
 * event document's: the best JPEG that is watched. A worker whose handshake says `sends_video` reads the rest instead.
 */
export const streamStartDeliver = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  quality: streamQuality,
  fps: streamFps,
  encoding: v.optional(v.picklist(["base64", "binary"]), "base64"),
  /** Each JPEG layer that is watched, with its rate; none when only video is. */
  layers: v.optional(v.array(v.object({ quality: streamQuality, fps: streamFps }))),
  /** The least H.264 that serves everybody who watches it. */
  video: v.optional(v.object({ short_edge: shortEdge, fps: videoFps })),
  sound: v.optional(v.boolean()),
});
export type StreamStartDeliver = v.InferOutput<typeof streamStartDeliver>;

/** A whole media packet where messages are not packets themselves, i.e. on Socket.IO's `/stream`. */
export const streamPacket = v.pipe(
  bytes,
  v.check((packet) => packet.byteLength <= mostPacketBytes, `must be at most ${mostPacketBytes} bytes`),
);

/**
 * worker → relay → viewers: how the picture of a watched device stands, when that changes. Who begins to watch hears the
 * last one.
 */
export const streamStatus = v.object({
  device_id: uuid,
  /** `screencap`: no encoder of the phone works, and single pictures are taken. `none`: nothing comes. */
  source: v.picklist(["video", "screencap", "none"]),
  display: v.picklist(["on", "off", "unknown"]),
  is_locked: v.optional(v.boolean()),
  /** The app in front forbids pictures (`FLAG_SECURE`): what comes is black. */
  is_secure: v.optional(v.boolean()),
  /** Why nothing comes, or why it comes by `screencap`. */
  problem: v.optional(cutText),
  /** Why nothing is heard although somebody asked for sound. */
  sound_problem: v.optional(cutText),
  /** Less than was asked for, and what there is too little of. */
  reduced: v.optional(
    v.object({
      fps: v.optional(videoFps),
      short_edge: v.optional(shortEdge),
      lack: v.picklist(["usb", "cpu", "uplink", "encoder"]),
    }),
  ),
});
export type StreamStatus = v.InferOutput<typeof streamStatus>;

/** dashboard → relay, relay → worker: a decoder cannot go on without a key frame. */
export const streamRefresh = v.object({ device_id: uuid });
export const streamRefreshDeliver = v.object({ device_id: uuid, serial_number: serialNumber });

const hopMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(600_000));

/** dashboard → relay: how long some pictures took behind the relay, for its metrics. Milliseconds. */
export const streamLatency = v.object({
  samples: v.pipe(
    v.array(
      v.object({
        encoding: v.picklist(["jpeg", "h264"]),
        /** From the relay to the page's thread. */
        downlink: hopMs,
        decode: hopMs,
        paint: hopMs,
        /** From the display to the eye. */
        total: hopMs,
      }),
    ),
    v.maxLength(64),
  ),
});
export type StreamLatency = v.InferOutput<typeof streamLatency>;

/** Either side of `/stream` → relay: what time is it? Answered with `{ now }`. */
export const clockAsk = v.object({});
export interface ClockReply {
  /** Unix milliseconds, with a fraction. */
  now: number;
}

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
