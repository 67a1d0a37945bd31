import { expect, test } from "vitest";
import { makeByteReader } from "../byte-reader.ts";
import { streamOf } from "../testing/streams.ts";
import { encodeShellPacket, readShellPackets, shellPacketId } from "./shell-packet.ts";

const readerOf = (...parts: Uint8Array[]) => makeByteReader(streamOf(...parts));

// prettier-ignore
const stdout = Uint8Array.of(
  0x01, // id: stdout
  0x03, 0x00, 0x00, 0x00, // payload length
  0x68, 0x69, 0x0a, // "hi\n"
);
// prettier-ignore
const exit = Uint8Array.of(
  0x03, // id: exit
  0x01, 0x00, 0x00, 0x00, // payload length
  0x7f, // exit code 127
);
// prettier-ignore
const windowSize = Uint8Array.of(
  0x05, // id: window size
  0x09, 0x00, 0x00, 0x00, // payload length
  0x32, 0x34, 0x78, 0x38, 0x30, 0x2c, 0x30, 0x78, 0x30, // "24x80,0x0"
);

test("stdout is written byte for byte", () => {
  expect(encodeShellPacket({ id: shellPacketId.stdout, payload: Uint8Array.of(0x68, 0x69, 0x0a) })).toEqual(
    stdout,
  );
});

test("an exit code is written byte for byte", () => {
  expect(encodeShellPacket({ id: shellPacketId.exit, payload: Uint8Array.of(127) })).toEqual(exit);
});

test("stdin, the end of stdin and a window size are read from their bytes", async () => {
  // prettier-ignore
  const reader = readerOf(
    Uint8Array.of(
      0x00, // id: stdin
      0x02, 0x00, 0x00, 0x00, // payload length
      0x6c, 0x73, // "ls"
    ),
    Uint8Array.of(
      0x04, // id: close stdin
      0x00, 0x00, 0x00, 0x00, // no payload
    ),
    windowSize,
  );
  expect(await Array.fromAsync(readShellPackets(reader))).toEqual([
    { id: shellPacketId.stdin, payload: Uint8Array.of(0x6c, 0x73) },
    { id: shellPacketId.closeStdin, payload: new Uint8Array() },
    { id: shellPacketId.windowSize, payload: new TextEncoder().encode("24x80,0x0") },
  ]);
});

test("a packet cut anywhere is read whole", async () => {
  const reader = readerOf(...Array.from(stdout, (byte) => Uint8Array.of(byte)));
  expect(await Array.fromAsync(readShellPackets(reader))).toEqual([
    { id: 1, payload: Uint8Array.of(0x68, 0x69, 0x0a) },
  ]);
});

test("a packet longer than 1 MiB comes in parts, and one that breaks off does not come", async () => {
  const long = encodeShellPacket({ id: 0, payload: new Uint8Array(1_500_000) });
  const parts = await Array.fromAsync(
    readShellPackets(readerOf(long, Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff))),
  );
  expect(parts.map(({ payload }) => payload.byteLength)).toEqual([1_048_576, 451_424]);
});
