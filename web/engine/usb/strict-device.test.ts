import { expect, test } from "vitest";
import { makeStrictDevice } from "./strict-device.ts";

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

/** A device that sends this, transfer by transfer. */
function makeDevice(...transfers: (Uint8Array | USBTransferStatus)[]): USBDevice {
  // No more of it is used.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return makeStrictDevice({
    serialNumber: "A",
    claimInterface: async () => undefined,
    async transferIn() {
      const next = transfers.shift();
      if (next === undefined) throw new DOMException("The transfer was cancelled.", "AbortError");
      return typeof next === "string"
        ? { status: next }
        : { status: "ok", data: new DataView(next.buffer, next.byteOffset, next.byteLength) };
    },
  } as Partial<USBDevice> as USBDevice);
}

async function read(device: USBDevice): Promise<number | undefined> {
  return (await device.transferIn(1, 512)).data?.byteLength;
}

async function readAll(device: USBDevice, count: number): Promise<(number | undefined)[]> {
  const lengths = [];
  for (let at = 0; at < count; at += 1) lengths.push(await read(device));
  return lengths;
}

test("packets pass as they are, and so does the rest of the device", async () => {
  const device = makeDevice(greeting, banner, okay, write, text("hello"), okay);
  expect(await readAll(device, 6)).toEqual([24, 8, 24, 24, 5, 24]);
  expect(device.serialNumber).toBe("A");
});

test("before the greeting, what an earlier program left unread passes", async () => {
  const device = makeDevice(text("the rest of a file"), "babble", changed(write, 20, 0), greeting, banner);
  expect(await readAll(device, 5)).toEqual([18, undefined, 24, 24, 8]);
});

test("also after it is claimed anew", async () => {
  const device = makeDevice(greeting, banner, write, text("the rest of a file"), greeting, banner);
  await readAll(device, 3);
  await device.claimInterface(0);
  expect(await readAll(device, 3)).toEqual([18, 24, 8]);
});

test("an empty transfer after a payload of whole USB packets is no packet", async () => {
  expect(await readAll(makeDevice(greeting, banner, new Uint8Array(), okay), 4)).toEqual([24, 8, 0, 24]);
});

test.each([
  ["a payload that is shorter than announced", [write, text("hell")], "4 bytes came where 5 were announced"],
  ["a payload that is missing", [write, new Uint8Array()], "0 bytes came where 5 were announced"],
  ["a wrong magic", [changed(okay, 20, 0)], "no header: 24 bytes, 4f 4b 41 59"],
  ["a length that nobody may send", [changed(write, 15, 1)], "no header: 24 bytes, 57 52 54 45"],
  ["a transfer that is no header", [text("hello")], "no header: 5 bytes, 68 65 6c 6c 6f"],
  ["a payload longer than announced", [write, "babble" as const], "0 bytes came where 5 were announced"],
])("[L8] after the greeting, %s is refused", async (_, transfers, words) => {
  const device = makeDevice(greeting, banner, ...transfers);
  await expect(readAll(device, 2 + transfers.length)).rejects.toMatchObject({
    name: "BrokenPacketError",
    message: expect.stringContaining(words),
  });
});

test("what USB says of a failed transfer is what the read fails with", async () => {
  await expect(read(makeDevice())).rejects.toMatchObject({ name: "AbortError" });
});
