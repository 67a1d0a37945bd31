import { expect, test } from "vitest";
import {
  headerBytes,
  mediaPayload,
  mostPacketBytes,
  readMediaHeader,
  stampRelayedIn,
  stampRelayedOut,
  writeMediaPacket,
  type MediaHeader,
} from "./media-packet.ts";

const header: MediaHeader = {
  kind: "key",
  layer: "low",
  sequence: 0x0102,
  deviceId: "00112233-4455-6677-8899-aabbccddeeff",
  width: 480,
  height: 1064,
  screenWidth: 1080,
  screenHeight: 2400,
  deviceUs: 1,
  capturedMs: 2,
  takenMs: 3,
  sentMs: 4,
  relayedInMs: 5,
  relayedOutMs: 6,
};
// prettier-ignore
const bytes = Uint8Array.from([
  0x02, // kind: key
  0x00, // layer: low
  0x01, 0x02, // sequence
  0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, // device_id
  0x01, 0xe0, 0x04, 0x28, // 480 x 1064
  0x04, 0x38, 0x09, 0x60, // 1080 x 2400
  0x00, 0x00, 0x00, 0x00, // reserved
  0x3f, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // device µs: 1
  0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // captured: 2
  0x40, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // taken: 3
  0x40, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // sent: 4
  0x40, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // relayed in: 5
  0x40, 0x18, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // relayed out: 6
  0xca, 0xfe, // payload
]);

test("a media packet is written byte for byte", () => {
  expect(writeMediaPacket(header, Uint8Array.of(0xca), Uint8Array.of(0xfe))).toEqual(bytes);
});

test("a media packet is read byte for byte, also in the middle of a buffer", () => {
  const buffer = new Uint8Array(bytes.length + 3);
  buffer.set(bytes, 3);
  const packet = buffer.subarray(3);
  expect(readMediaHeader(packet)).toEqual({ ok: true, value: header });
  expect(mediaPayload(packet)).toEqual(Uint8Array.of(0xca, 0xfe));
});

test("the relay's times are written in place", () => {
  const packet = bytes.slice();
  stampRelayedIn(packet, 6);
  stampRelayedOut(packet, 5);
  const expected = { ...header, relayedInMs: 6, relayedOutMs: 5 };
  expect(readMediaHeader(packet)).toEqual({ ok: true, value: expected });
});

test.each([
  ["too short", bytes.subarray(0, headerBytes - 1), "fewer than its header"],
  ["too long", new Uint8Array(mostPacketBytes + 1), "is larger than"],
  ["of kind 0", Uint8Array.from([0, ...bytes.subarray(1)]), "no known kind"],
  ["of kind 7", Uint8Array.from([7, ...bytes.subarray(1)]), "no known kind"],
  ["of layer 3", Uint8Array.from([2, 3, ...bytes.subarray(2)]), "no known layer"],
])("a media packet %s is refused with the reason", (_, packet, reason) => {
  const read = readMediaHeader(packet);
  expect(read.ok ? "" : read.fault.message).toContain(reason);
});
