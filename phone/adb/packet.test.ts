import { expect, test } from "vitest";
import { checksum, command, decodeHeader, encodeHeader, maxPayload } from "./packet.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

// OPEN(1, 0x02000000, "shell:ls\0") as a peer of version 0x01000000 sends it.
// prettier-ignore
const openHeader = Uint8Array.of(
  0x4f, 0x50, 0x45, 0x4e, // "OPEN"
  0x01, 0x00, 0x00, 0x00, // arg0: the opener's stream id
  0x00, 0x00, 0x00, 0x02, // arg1: initial window of delayed acks, 32 MiB
  0x09, 0x00, 0x00, 0x00, // payload length
  0x31, 0x03, 0x00, 0x00, // checksum: 0x331
  0xb0, 0xaf, 0xba, 0xb1, // magic: "OPEN" ^ 0xffffffff
);

// CNXN(0x01000001, 1 MiB, …13 bytes) without a checksum.
// prettier-ignore
const connectHeader = Uint8Array.of(
  0x43, 0x4e, 0x58, 0x4e, // "CNXN"
  0x01, 0x00, 0x00, 0x01, // arg0: version
  0x00, 0x00, 0x10, 0x00, // arg1: largest payload
  0x0d, 0x00, 0x00, 0x00, // payload length
  0x00, 0x00, 0x00, 0x00, // checksum: left out
  0xbc, 0xb1, 0xa7, 0xb1, // magic
);

test("an OPEN header with its checksum is written byte for byte", () => {
  const packet = { command: command.open, arg0: 1, arg1: 0x02000000, payload: ascii("shell:ls\0") };
  expect(encodeHeader(packet, { withChecksum: true })).toEqual(openHeader);
});

test("an OPEN header is read from its bytes", () => {
  expect(decodeHeader(openHeader)).toEqual({
    command: command.open,
    arg0: 1,
    arg1: 0x02000000,
    payloadLength: 9,
    isGenuine: true,
  });
});

test("a CNXN header without checksum is written and read byte for byte", () => {
  const packet = {
    command: command.connect,
    arg0: 0x01000001,
    arg1: maxPayload,
    payload: ascii("device::a=b;c"),
  };
  expect(encodeHeader(packet, { withChecksum: false })).toEqual(connectHeader);
  expect(decodeHeader(connectHeader)).toEqual({
    command: command.connect,
    arg0: 0x01000001,
    arg1: maxPayload,
    payloadLength: 13,
    isGenuine: true,
  });
});

test("every command is its four letters", () => {
  for (const [name, letters] of [
    ["connect", "CNXN"],
    ["auth", "AUTH"],
    ["open", "OPEN"],
    ["okay", "OKAY"],
    ["write", "WRTE"],
    ["close", "CLSE"],
    ["startTls", "STLS"],
  ] as const) {
    const bytes = encodeHeader(
      { command: command[name], arg0: 0, arg1: 0, payload: new Uint8Array() },
      { withChecksum: false },
    );
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe(letters);
  }
});

test("a header with a wrong magic is not genuine, but its length counts", () => {
  const bytes = openHeader.slice();
  bytes[20] = 0;
  expect(decodeHeader(bytes)).toMatchObject({ isGenuine: false, payloadLength: 9 });
});

test("a payload longer than 1 MiB is no packet", () => {
  const bytes = openHeader.slice();
  bytes[14] = 0x10;
  expect(decodeHeader(bytes)).toBeUndefined();
});

test("a checksum is the plain sum of the bytes", () => {
  expect(checksum(Uint8Array.of(0xff, 0xff, 0x02))).toBe(0x200);
});
