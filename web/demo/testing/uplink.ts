import { connect, createServer, type Socket } from "node:net";

/** The worker's way to the relay, which can be cut while everybody else stays connected. */
export async function openUplink(relayPort: number) {
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
    close: () => {
      cut();
      server.close();
    },
  };
}
