import type { StreamStartDeliver } from "../../protocol/stream.ts";

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
