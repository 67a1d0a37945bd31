import { expect, test } from "vitest";
import { decodeBusId, decodeRequest, encodeImportReply, encodeList } from "./usbip-message.ts";

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
const padded = (text: string, length: number) => {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};

const phone = {
  busId: "1-2",
  busNumber: 1,
  deviceNumber: 2,
  vendorId: 0x18d1,
  productId: 0x4ee7,
  release: 0x0440,
  interfaceClass: 0xff,
  interfaceSubclass: 0x42,
  interfaceProtocol: 1,
};

/** The 312 bytes of a device. */
const device = Uint8Array.from([
  ...padded("/sys/devices/platform/phones/usb1/1-2", 256), // path
  ...padded("1-2", 32), // busid
  // prettier-ignore
  ...bytesOf(`
    00 00 00 01  00 00 00 02  00 00 00 03  // busnum, devnum, speed: high
    18 d1  4e e7  04 40                    // vendor, product, bcdDevice
    00 00 00                               // class, subclass, protocol: the interface's
    01 01 01                               // configuration value, configurations, interfaces
  `.replaceAll(/\/\/.*/g, "")),
]);

test("the two requests are known by version and code", () => {
  expect(decodeRequest(bytesOf("01 11 80 05 00 00 00 00"))).toBe("list");
  expect(decodeRequest(bytesOf("01 11 80 03 00 00 00 00"))).toBe("import");
  expect(decodeRequest(bytesOf("01 06 80 05 00 00 00 00"))).toBeUndefined();
  expect(decodeRequest(bytesOf("01 11 00 05 00 00 00 00"))).toBeUndefined();
  expect(decodeBusId(padded("1-12", 32))).toBe("1-12");
});

test("the list is a count and, for each device, its facts and its interface", () => {
  expect(encodeList([phone])).toEqual(
    Uint8Array.from([
      ...bytesOf("01 11 00 05 00 00 00 00 00 00 00 01"), // version, code, status, count
      ...device,
      ...bytesOf("ff 42 01 00"), // class, subclass, protocol, padding
    ]),
  );
  expect(encodeList([])).toEqual(bytesOf("01 11 00 05 00 00 00 00 00 00 00 00"));
});

test("an import answers the device without interfaces, or a status", () => {
  expect(encodeImportReply(phone)).toEqual(
    Uint8Array.from([...bytesOf("01 11 00 03 00 00 00 00"), ...device]),
  );
  expect(encodeImportReply(undefined)).toEqual(bytesOf("01 11 00 03 00 00 00 01"));
});
