import { createServer, type Socket } from "node:net";
import { makeStreamWire } from "../adb/stream-wire.ts";
import type { Phone } from "../phone.ts";
import type { Cable } from "../rack.ts";
import { listen } from "./listen.ts";
import { streamsOf } from "./socket-streams.ts";

/** One phone's ADB over TCP, as after `adb tcpip`. */
export interface AdbPort {
  port: number;
  /** Lets computers connect until the cable is pulled; after that the port refuses them. */
  plugIn(phone: Phone): Cable;
}

/** Takes the port at once, so that its number is known. Rejects when it cannot be had. */
export async function openAdbPort(options: {
  host: string;
  port: number;
  onBug: (error: unknown) => void;
}): Promise<AdbPort> {
  const connections = new Set<Socket>();
  let phone: Phone | undefined;
  const server = createServer({ noDelay: true }, (connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
    // What went wrong is told by the end of the stream.
    connection.on("error", () => undefined);
    if (phone === undefined) connection.destroy();
    else void phone.connect(makeStreamWire(streamsOf(connection)));
  });
  const port = await listen(server, options.port, options.host);
  return {
    port,
    plugIn(plugged) {
      phone = plugged;
      if (!server.listening) listen(server, port, options.host).catch(options.onBug);
      return {
        unplug() {
          phone = undefined;
          server.close();
          for (const connection of connections) connection.destroy();
        },
      };
    },
  };
}
