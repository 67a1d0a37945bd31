import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A link to a port of this machine that lets so much through on its way back. */
export interface ThrottledLink {
  /** The same URL by way of the link. */
  through(url: string): string;
  close(): void;
}

/** What a router holds before it lets the sender wait. */
const queueBytes = 32_000;
const tickMs = 2;

export async function openThrottledLink(url: string, bytesPerSecond: number): Promise<ThrottledLink> {
  const target = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        near.destroy();
        far.destroy();
        clearInterval(timer);
      });
    }
    near.pipe(far);
    const timer = throttle(far, near, bytesPerSecond);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    through(given) {
      const linked = new URL(given);
      linked.port = String(port);
      return linked.origin;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Passes on what comes as fast as the rate allows, and does not read more than it holds. */
function throttle(from: Socket, to: Socket, bytesPerSecond: number): ReturnType<typeof setInterval> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lastMs = performance.now();
  let allowance = 0;
  from.on("data", (chunk: Buffer) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes > queueBytes) from.pause();
  });
  return setInterval(() => {
    const nowMs = performance.now();
    // What a link does not use it does not save.
    allowance = heldBytes === 0 ? 0 : allowance + ((nowMs - lastMs) / 1000) * bytesPerSecond;
    lastMs = nowMs;
    const all = Buffer.concat(held);
    const sent = all.subarray(0, Math.floor(allowance));
    if (sent.length > 0) to.write(sent);
    allowance -= sent.length;
    held = [all.subarray(sent.length)];
    heldBytes = all.length - sent.length;
    if (heldBytes <= queueBytes) from.resume();
  }, tickMs);
}
