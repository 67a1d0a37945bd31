import { AdbCommand, type AdbPacketInit } from "@yume-chan/adb";
import { expect, test } from "vitest";
import { spareAcknowledgements } from "./spared-acknowledgements.ts";

function packetOf(command: number, ourId: number, payload = new Uint8Array()): AdbPacketInit {
  return { command, arg0: ourId, arg1: 9, payload, checksum: 0, magic: ~command };
}

/** Little endian, as on the wire. */
function okay(ourId: number, bytes: number): AdbPacketInit {
  const count = Uint8Array.of(bytes & 0xff, (bytes >> 8) & 0xff, (bytes >> 16) & 0xff, bytes >> 24);
  return packetOf(AdbCommand.Okay, ourId, count);
}

test("what was taken of a stream is told at a quarter of a megabyte, and all of it", () => {
  const pass = spareAcknowledgements();
  expect(pass(okay(1, 200_000))).toBeUndefined();
  expect(pass(okay(2, 200_000))).toBeUndefined();
  expect(pass(okay(1, 62_143))).toBeUndefined();
  expect(pass(okay(1, 1))).toEqual(okay(1, 262_144));
  expect(pass(okay(1, 262_143))).toBeUndefined();
});

test("what opens a stream, and what a device waits for, goes at once", () => {
  const pass = spareAcknowledgements();
  for (const packet of [
    okay(1, 32 * 1024 * 1024),
    packetOf(AdbCommand.Okay, 1),
    packetOf(AdbCommand.Write, 1, Uint8Array.of(1, 0, 0, 0)),
  ])
    expect(pass(packet)).toEqual(packet);
});

test("what was untold of a stream that is closed is nobody's", () => {
  const pass = spareAcknowledgements();
  pass(okay(1, 262_143));
  const close = packetOf(AdbCommand.Close, 1);
  expect(pass(close)).toBe(close);
  expect(pass(okay(1, 1))).toBeUndefined();
});
