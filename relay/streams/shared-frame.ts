import type { StreamFrame } from "../../protocol/stream.ts";

export type FrameEncoding = "base64" | "binary";

/** One frame for many viewers, turned into each encoding at most once. */
export interface SharedFrame {
  as(encoding: FrameEncoding): StreamFrame;
}

export function shareFrame(frame: StreamFrame): SharedFrame {
  let text: StreamFrame | undefined = typeof frame.frame === "string" ? frame : undefined;
  let binary: StreamFrame | undefined = typeof frame.frame === "string" ? undefined : frame;
  return {
    as(encoding) {
      if (encoding === "base64") return (text ??= { ...frame, frame: toBase64(frame.frame) });
      return (binary ??= { ...frame, frame: toBytes(frame.frame) });
    },
  };
}

/** What a frame weighs on a viewer's wire, near enough: the picture, and a little for the fields around it. */
export function weightOf({ frame }: StreamFrame): number {
  return (typeof frame === "string" ? frame.length : frame.byteLength) + 200;
}

function toBase64(frame: string | Uint8Array | ArrayBuffer): string {
  if (typeof frame === "string") return frame;
  const bytes = frame instanceof Uint8Array ? frame : new Uint8Array(frame);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function toBytes(frame: string | Uint8Array | ArrayBuffer): Uint8Array | ArrayBuffer {
  return typeof frame === "string" ? Buffer.from(frame, "base64") : frame;
}
