import { createServer, type Socket } from "node:net";
import { makeByteReader } from "../byte-reader.ts";
import { makeUsbipServer, type UsbipServer, type UsbipStream } from "../usbip/usbip-server.ts";
import { listen } from "./listen.ts";
import { streamsOf } from "./socket-streams.ts";

/** A USB/IP server that listens. Rejects when the port cannot be had. */
export async function openUsbipPort(options: {
  host: string;
  port: number;
  onBug: (error: unknown) => void;
}): Promise<{ port: number; server: UsbipServer; close(): void }> {
  const usbip = makeUsbipServer();
  const server = createServer({ noDelay: true }, (socket) => {
    // What went wrong is told by the end of the stream.
    socket.on("error", () => undefined);
    usbip.serve(streamOf(socket)).catch((error: unknown) => {
      socket.destroy();
      options.onBug(error);
    });
  });
  const port = await listen(server, options.port, options.host);
  return { port, server: usbip, close: () => void server.close() };
}

function streamOf(socket: Socket): UsbipStream {
  return {
    reader: makeByteReader(streamsOf(socket).readable),
    send(...parts) {
      // One segment for a header and its bytes.
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    },
    close: () => void socket.end(() => socket.destroy()),
  };
}
