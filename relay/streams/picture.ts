import { mediaPayload, writeMediaPacket, type MediaHeader } from "../../protocol/media-packet.ts";
import { layerOf, type StreamFrame, type StreamQuality } from "../../protocol/stream.ts";
import { copyPacket, sharePacket, type SharedPacket } from "../media/shared-packet.ts";

export type FrameEncoding = "base64" | "binary";

/** One JPEG for many viewers, turned into whatever each asked for at most once. */
export interface Picture {
  readonly layer: StreamQuality;
  /** Unix ms, with a fraction. */
  readonly relayedInMs: number;
  asFrame(encoding: FrameEncoding): StreamFrame;
  asPacket(): SharedPacket;
  /** The same to keep; in the memory of an earlier one that nobody else has, where it can. */
  kept(over?: KeptPicture): KeptPicture;
}

export interface KeptPicture {
  readonly picture: Picture;
  readonly bytes: number;
  /** The copy that it is of; a `stream:frame` is kept as it is. */
  readonly packet?: SharedPacket;
}

export function pictureOfPacket(header: MediaHeader, packet: SharedPacket): Picture {
  const { screenWidth, screenHeight } = header;
  let text: StreamFrame | undefined;
  let binary: StreamFrame | undefined;

  function frameWith(frame: string | Uint8Array): StreamFrame {
    return {
      device_id: header.deviceId,
      // A worker that does not know the display's time knows when it had the picture.
      timestamp: header.capturedMs || header.takenMs || header.relayedInMs,
      frame,
      width: header.width,
      height: header.height,
      ...(screenWidth > 0 && screenHeight > 0
        ? { screen_width: screenWidth, screen_height: screenHeight }
        : {}),
    };
  }

  return {
    layer: header.layer,
    relayedInMs: header.relayedInMs,
    asFrame(encoding) {
      const payload = mediaPayload(packet.bytes);
      if (encoding === "base64") return (text ??= frameWith(toBase64(payload)));
      return (binary ??= frameWith(payload));
    },
    asPacket: () => packet,
    kept(over) {
      const copy = copyPacket(packet, over?.packet);
      return { picture: pictureOfPacket(header, copy), bytes: copy.bytes.buffer.byteLength, packet: copy };
    },
  };
}

export function pictureOfFrame(frame: StreamFrame, relayedInMs: number): Picture {
  let text: StreamFrame | undefined = typeof frame.frame === "string" ? frame : undefined;
  let binary: StreamFrame | undefined = typeof frame.frame === "string" ? undefined : frame;
  let packet: SharedPacket | undefined;
  const layer = layerOf(frame);

  function asFrame(encoding: FrameEncoding): StreamFrame {
    if (encoding === "base64") return (text ??= { ...frame, frame: toBase64(bytesOf(frame)) });
    return (binary ??= { ...frame, frame: bytesOf(frame) });
  }

  const picture: Picture = {
    layer,
    relayedInMs,
    asFrame,
    asPacket() {
      return (packet ??= sharePacket(
        writeMediaPacket(
          {
            kind: "jpeg",
            layer,
            sequence: 0,
            deviceId: frame.device_id,
            width: frame.width,
            height: frame.height,
            screenWidth: frame.screen_width ?? 0,
            screenHeight: frame.screen_height ?? 0,
            deviceUs: 0,
            // `timestamp` is of the worker's clock, and nobody knows how that differs from the relay's.
            capturedMs: 0,
            takenMs: 0,
            sentMs: 0,
            relayedInMs,
            relayedOutMs: 0,
          },
          bytesOf(asFrame("binary")),
        ),
      ));
    },
    kept: () => ({ picture, bytes: weightOf(frame) }),
  };
  return picture;
}

/** What a frame weighs on a viewer's wire, near enough: the picture, and a little for the fields around it. */
export function weightOf({ frame }: StreamFrame): number {
  return (typeof frame === "string" ? frame.length : frame.byteLength) + 200;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function bytesOf({ frame }: StreamFrame): Uint8Array {
  if (typeof frame === "string") return Buffer.from(frame, "base64");
  return frame instanceof Uint8Array ? frame : new Uint8Array(frame);
}
