import { expect, test, vi } from "vitest";
import { type ByteDuplex, ConnectionClosedError } from "./byte-duplex.ts";
import { joinDuplexes, makeDuplexPair } from "./duplex-pair.ts";

test("what is written at one end is read at the other, and then its end", async () => {
  const [one, other] = makeDuplexPair();
  const writer = one.writable.getWriter();
  void writer.write(Uint8Array.of(1, 2));
  void writer.write(Uint8Array.of(3));
  void writer.close();
  const read: Uint8Array[] = [];
  for await (const chunk of other.readable) read.push(chunk);
  expect(read).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  await expect(other.writable.getWriter().write(Uint8Array.of(4))).rejects.toThrow(ConnectionClosedError);
});

test("who writes is held back while nobody reads, once as much lies there as a socket takes", async () => {
  const [one, other] = makeDuplexPair();
  const writer = one.writable.getWriter();
  await writer.write(new Uint8Array(208 * 1024));
  const written = vi.fn<() => void>();
  const held = writer.write(Uint8Array.of(1)).then(written);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).not.toHaveBeenCalled();
  await other.readable.getReader().read();
  await held;
});

test("who stops reading ends both ways for who writes", async () => {
  const [one, other] = makeDuplexPair();
  const writer = one.writable.getWriter();
  await writer.write(new Uint8Array(208 * 1024));
  const held = writer.write(Uint8Array.of(1));
  await Promise.all([expect(held).rejects.toThrow(ConnectionClosedError), other.readable.cancel()]);
  expect(await one.readable.getReader().read()).toMatchObject({ done: true });
});

/** A computer that takes nothing, and can be pulled. */
function makeCable(): ByteDuplex {
  let writing: WritableStreamDefaultController | undefined;
  return {
    readable: new ReadableStream(),
    writable: new WritableStream({
      start: (controller) => void (writing = controller),
      write: () => new Promise(() => undefined),
    }),
    close: () => writing?.error(new ConnectionClosedError()),
  };
}

test("a cable that is pulled and a server that ends, in whatever order, end a connection without a bug", async () => {
  for (const first of ["cable", "server"]) {
    const cable = makeCable();
    const [server, adb] = makeDuplexPair();
    const joined = joinDuplexes(adb, cable);
    const writer = server.writable.getWriter();
    const written = Promise.allSettled([1, 2, 3].map(async (byte) => writer.write(Uint8Array.of(byte))));
    await new Promise((resolve) => setImmediate(resolve));
    for (const end of first === "cable" ? [cable, server] : [server, cable]) end.close();
    await joined;
    await written;
    await expect(writer.closed).rejects.toThrow(ConnectionClosedError);
  }
});
