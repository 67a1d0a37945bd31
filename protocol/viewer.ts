import type { Connection } from "./connection.ts";
import type { Fault } from "./fault.ts";
import type { Size } from "./fields.ts";
import type { StreamStatus } from "./stream.ts";
import type { UseReport, UseRequest } from "./viewer-uses.ts";

/** The messages between a dashboard's page and its viewer thread. Both are one build, so nothing is parsed. */

/** What somebody wants to see of a device. */
export interface PictureWish {
  /** Of the picture as it is shown, in pixels of the viewer's display. */
  shortEdge: number;
  /** Pictures a second, 1 to 60; JPEGs come 5 times at most. */
  fps: number;
  /** `auto`: the phone's own video where both ends can, else JPEGs. */
  encoding: "auto" | "jpeg" | "h264";
  /** The phone's sound too. */
  sound?: boolean;
}

/** `Canvas` is an `OffscreenCanvas` and `Port` a `MessagePort`, which not everybody who reads this knows. */
export type ViewerRequest<Canvas = unknown, Port = unknown> =
  /** Connects; the token is a dashboard's. */
  | { type: "start"; relayUrl: string; token: string }
  /** A newer token of the same person. */
  | { type: "renew"; token: string }
  /** `watchId` is the page's number for it. */
  | { type: "watch"; watchId: number; deviceId: string; wish: PictureWish }
  /** Where to paint, after `canvas-wanted`. */
  | { type: "canvas"; watchId: number; canvas: Canvas }
  /** Without a wish nothing is asked for, and the canvas keeps its picture. */
  | { type: "change"; watchId: number; wish?: PictureWish }
  /** Lets go of the canvas. */
  | { type: "stop"; watchId: number }
  /** The page has shown the last JPEG of the device, or nobody wants it any more: the next may come. */
  | { type: "jpeg-done"; deviceId: string; shownAtMs?: number }
  /** The device is back: what was refused or failed is tried again. */
  | { type: "device-connected"; deviceId: string }
  /** Tries to connect now. */
  | { type: "retry" }
  /** The last one. */
  | { type: "close" }
  | UseRequest<Port>;

/** `File` is a `Blob`. */
export type ViewerReport<File = unknown> =
  | { type: "connection"; connection: Connection }
  /** What the relay said that no request was answered with. */
  | { type: "fault"; fault: Fault }
  /** There is video to be painted for the watch. Canvases are dear: none is given away before. */
  | { type: "canvas-wanted"; watchId: number }
  /** A picture of another size than the last one was painted on the watch's canvas. */
  | { type: "painted"; watchId: number; facts: PictureFacts }
  /** How many pictures were painted on which canvas so far; a few times a second. */
  | { type: "counts"; painted: [watchId: number, pictures: number][] }
  /** A JPEG for everybody who watches the device, as a `data:` URL. The next comes after `jpeg-done`. */
  | { type: "jpeg"; deviceId: string; url: string; facts: PictureFacts }
  | { type: "state"; deviceId: string; state: PictureState }
  | UseReport<File>;

export interface PictureFacts extends Size {
  /** The display's own pixels, turned as in this picture; absent when the worker does not say. */
  screen?: Size;
}

/** How the picture of a watched device is doing. */
export interface PictureState {
  /** In which it is asked for. */
  encoding: "jpeg" | "h264";
  /** What the worker said last. */
  status?: StreamStatus;
  /** Nothing has come since then, Unix milliseconds, of a stream that says so while its screen is still. */
  stalledSinceMs?: number | undefined;
  /** The relay does not let it be watched; it is asked again when the device or the connection comes back. */
  refusal?: Fault | undefined;
}
