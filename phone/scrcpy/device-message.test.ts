import { expect, it } from "vitest";
import { encodeDeviceMessage, truncateUtf8 } from "./device-message.ts";

it("writes the clipboard in its literal bytes", () => {
  expect(Array.from(encodeDeviceMessage({ type: "clipboard", text: "A한" }))).toEqual(
    [
      0x00, // type CLIPBOARD
      [0x00, 0x00, 0x00, 0x04], // bytes
      [0x41, 0xed, 0x95, 0x9c], // "A한"
    ].flat(),
  );
});

it("writes the clipboard's acknowledgement in its literal bytes", () => {
  expect(Array.from(encodeDeviceMessage({ type: "ack-clipboard", sequence: 0x0102030405060708n }))).toEqual(
    [
      0x01, // type ACK_CLIPBOARD
      [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08], // sequence
    ].flat(),
  );
});

it("cuts a long clipboard between characters", () => {
  const text = new TextEncoder().encode("ab한");
  expect(new TextDecoder().decode(truncateUtf8(text, 4))).toBe("ab");
  expect(truncateUtf8(text, 5)).toEqual(text);
  const long = encodeDeviceMessage({ type: "clipboard", text: "x".repeat(1 << 19) });
  expect(long.length).toBe(1 << 18);
});
