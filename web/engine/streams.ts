import type { DeviceIdentity } from "../../protocol/device-state.ts";
import type { StreamFrame, StreamStartDeliver } from "../../protocol/stream.ts";
import { encodeBase64 } from "../connection/base64.ts";
import type { JpegFrame } from "./screen/frame-pump.ts";
import { turnedLike } from "./screen/screen-shape.ts";

/** What the relay asked to see, by serial number. It outlives pulled cables: viewers need not ask again. */
export interface Streams {
  start(stream: StreamStartDeliver): void;
  stop(serialNumber: string): void;
  stopAll(): void;
  of(serialNumber: string): StreamStartDeliver | undefined;
}

/** `onWatch` hears each wish, also a repeated one, and undefined when nobody watches any more. */
export function makeStreams(
  onWatch: (serialNumber: string, stream: StreamStartDeliver | undefined) => void,
): Streams {
  const streams = new Map<string, StreamStartDeliver>();
  function stop(serialNumber: string): void {
    if (streams.delete(serialNumber)) onWatch(serialNumber, undefined);
  }
  return {
    start: (stream) => {
      streams.set(stream.serial_number, stream);
      onWatch(stream.serial_number, stream);
    },
    stop,
    stopAll: () => {
      for (const serialNumber of streams.keys()) stop(serialNumber);
    },
    of: (serialNumber) => streams.get(serialNumber),
  };
}

/** A frame as the relay asked for it. */
export function streamFrameOf(
  frame: JpegFrame,
  stream: StreamStartDeliver,
  identity: DeviceIdentity,
): StreamFrame {
  const screen = turnedLike(frame.size, identity.screen);
  return {
    device_id: stream.device_id,
    timestamp: frame.atMs,
    width: frame.size.width,
    height: frame.size.height,
    screen_width: screen.width,
    screen_height: screen.height,
    frame: stream.encoding === "binary" ? frame.jpeg : encodeBase64(frame.jpeg),
  };
}
