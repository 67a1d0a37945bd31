import type { Socket } from "node:net";
import { Duplex } from "node:stream";

interface Streams {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}

/** A socket as the platform's streams. */
export function streamsOf(socket: Socket): Streams {
  // Node's own declarations of the platform's streams differ from the platform's in nothing that matters here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Duplex.toWeb(socket) as unknown as Streams;
}
