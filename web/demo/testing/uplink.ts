import { connect, createServer, type Socket } from "node:net";

/** The worker's way to the relay, which can be cut while everybody else stays connected, and listened to. */
export async function openUplink(relayPort: number) {
  let fromRelay = "";
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(relayPort, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    far.on("data", (bytes) => (fromRelay += bytes.toString("latin1")));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    /** How often the relay has sent this text to the worker. */
    countOf: (text: string) => fromRelay.split(text).length - 1,
    close: () => {
      cut();
      server.close();
    },
  };
}
