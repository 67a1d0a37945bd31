import { expect, it } from "vitest";
import { encodeDeviceMeta, encodeVideoMeta, encodeMediaPacket } from "./media-packet.ts";

it("writes the phone's name in 64 bytes that end in a zero", () => {
  const meta = encodeDeviceMeta("Pixel 8");
  expect(meta.length).toBe(64);
  expect(new TextDecoder().decode(meta)).toBe("Pixel 8".padEnd(64, "\0"));
  expect(encodeDeviceMeta("é".repeat(40)).lastIndexOf(0)).toBe(63);
});

it("writes codec and size in their literal bytes", () => {
  expect(Array.from(encodeVideoMeta({ width: 1080, height: 2400 }))).toEqual(
    [
      [0x68, 0x32, 0x36, 0x34], // "h264"
      [0x00, 0x00, 0x04, 0x38], // width
      [0x00, 0x00, 0x09, 0x60], // height
    ].flat(),
  );
});

it("marks a config packet with bit 63 and gives it no time", () => {
  const packet = encodeMediaPacket({ type: "config", data: Uint8Array.of(9) }, true);
  expect(Array.from(packet)).toEqual(
    [
      [0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00], // flags
      [0x00, 0x00, 0x00, 0x01], // size
      0x09,
    ].flat(),
  );
});

it("marks a key frame with bit 62 above its microseconds", () => {
  const frame = { type: "frame", data: Uint8Array.of(7, 8), timestampUs: 0x010203 } as const;
  expect(Array.from(encodeMediaPacket({ ...frame, isKeyFrame: true }, true))).toEqual(
    [
      [0x40, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03], // flag and time
      [0x00, 0x00, 0x00, 0x02], // size
      [0x07, 0x08],
    ].flat(),
  );
  expect(encodeMediaPacket({ ...frame, isKeyFrame: false }, true)[0]).toBe(0);
});

it("sends bare packets when the client wants no headers", () => {
  const data = Uint8Array.of(1, 2, 3);
  expect(encodeMediaPacket({ type: "config", data }, false)).toEqual(data);
});
