import { once } from "node:events";
import type { Server } from "node:net";

/** Settles with the port once the server listens (port 0 takes a free one); rejects with the system's error. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return address.port;
}
