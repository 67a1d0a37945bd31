import { expect, test, vi } from "vitest";
import { readPackets } from "./packet-reader.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

// prettier-ignore
const greeting = Uint8Array.of(
  0x43, 0x4e, 0x58, 0x4e, // CNXN
  0x01, 0x00, 0x00, 0x01, // arg0: version 0x01000001
  0x00, 0x00, 0x10, 0x00, // arg1: longest payload, 1 MB
  0x08, 0x00, 0x00, 0x00, // length of the payload
  0x00, 0x00, 0x00, 0x00, // checksum: none since version 0x01000001
  0xbc, 0xb1, 0xa7, 0xb1, // magic: the command, inverted
);
const banner = text("device::");
// prettier-ignore
const write = Uint8Array.of(
  0x57, 0x52, 0x54, 0x45, // WRTE
  0x07, 0x00, 0x00, 0x00,
  0x02, 0x00, 0x00, 0x00,
  0x05, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0xa8, 0xad, 0xab, 0xba,
);
// prettier-ignore
const okay = Uint8Array.of(
  0x4f, 0x4b, 0x41, 0x59, // OKAY
  0x07, 0x00, 0x00, 0x00,
  0x02, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0xb0, 0xb4, 0xbe, 0xa6,
);

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

/** What a device sends, transfer by transfer; then its reads wait. */
function read(...transfers: (Uint8Array | USBTransferStatus | Error)[]) {
  const onData = vi.fn<() => void>();
  const asked: number[] = [];
  const device = {
    transferIn: async (_endpoint: number, length: number): Promise<USBInTransferResult> => {
      asked.push(length);
      const next = transfers.shift();
      if (next === undefined) return await new Promise(() => undefined);
      if (next instanceof Error) throw next;
      return typeof next === "string"
        ? { status: next }
        : { status: "ok", data: new DataView(next.buffer, next.byteOffset, next.byteLength) };
    },
  };
  const endpoint = { endpointNumber: 3, packetSize: 512 };
  const reader = readPackets(device, endpoint, onData).getReader();
  const next = async () => (await reader.read()).value;
  return { next, onData, asked };
}

test("a packet is a header and as many bytes as it announces, and the next header is asked for at once", async () => {
  const { next, asked, onData } = read(greeting, banner, okay, write, text("hello"));
  expect(await next()).toEqual({ command: 0x4e584e43, arg0: 0x01000001, arg1: 0x100000, payload: banner });
  expect(asked).toEqual([512, 8, 512]);
  expect(await next()).toEqual({ command: 0x59414b4f, arg0: 7, arg1: 2, payload: new Uint8Array() });
  expect(onData).not.toHaveBeenCalled();
  expect(await next()).toEqual({ command: 0x45545257, arg0: 7, arg1: 2, payload: text("hello") });
  expect(onData).toHaveBeenCalledOnce();
  expect(asked).toEqual([512, 8, 512, 512, 5, 512]);
});

test("before the greeting, what an earlier program left unread is stepped over", async () => {
  const { next } = read(text("the rest of a file"), "babble", changed(write, 20, 0), greeting, banner);
  expect(await next()).toMatchObject({ command: 0x4e584e43, payload: banner });
});

test("an empty transfer after a payload of whole USB packets is no packet", async () => {
  const { next } = read(greeting, banner, new Uint8Array(), okay);
  await next();
  expect(await next()).toMatchObject({ command: 0x59414b4f });
});

test.each([
  ["a payload that is shorter than announced", [write, text("hell")], "4 bytes came where 5 were announced"],
  ["a payload that is missing", [write, new Uint8Array()], "0 bytes came where 5 were announced"],
  ["a wrong magic", [changed(okay, 20, 0)], "no header: 24 bytes, 4f 4b 41 59"],
  ["a length that nobody may send", [changed(write, 15, 1)], "no header: 24 bytes, 57 52 54 45"],
  ["a transfer that is no header", [text("hello")], "no header: 5 bytes, 68 65 6c 6c 6f"],
  ["a payload longer than announced", [write, "babble" as const], "0 bytes came where 5 were announced"],
])("[L8] after the greeting, %s breaks the stream", async (_, transfers, words) => {
  const { next } = read(greeting, banner, ...transfers, okay);
  await next();
  const broken = { name: "BrokenPacketError", message: expect.stringContaining(words) as string };
  await expect(next()).rejects.toMatchObject(broken);
  await expect(next()).rejects.toMatchObject(broken);
});

test("what USB says of a failed transfer is what the stream fails with", async () => {
  const { next } = read(greeting, banner, new DOMException("The transfer was cancelled.", "AbortError"));
  await next();
  await expect(next()).rejects.toMatchObject({ name: "AbortError" });
});
