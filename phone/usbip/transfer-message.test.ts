import { expect, test } from "vitest";
import { decodeTransfer, encodeReturnSubmit, encodeReturnUnlink } from "./transfer-message.ts";

const bytesOf = (hex: string) =>
  Uint8Array.from(
    hex
      .replaceAll(/\/\/.*/g, "")
      .trim()
      .split(/\s+/),
    (byte) => Number.parseInt(byte, 16),
  );

test("USBIP_CMD_SUBMIT is a transfer", () => {
  // prettier-ignore
  const bytes = bytesOf(`
    00 00 00 01  // USBIP_CMD_SUBMIT
    00 00 00 07  // sequence number
    00 01 00 02  // device id
    00 00 00 01  // IN
    00 00 00 00  // endpoint
    00 00 02 00  // flags
    00 00 00 12  // length
    00 00 00 00  // start frame
    ff ff ff ff  // number of packets
    00 00 00 00  // interval
    80 06 00 01 00 00 12 00  // setup: GET_DESCRIPTOR device
  `);
  expect(decodeTransfer(bytes)).toEqual({
    kind: "submit",
    sequence: 7,
    isIn: true,
    endpoint: 0,
    length: 18,
    setup: bytesOf("80 06 00 01 00 00 12 00"),
  });
});

test("USBIP_CMD_UNLINK names the transfer to take back", () => {
  const bytes = new Uint8Array(48);
  bytes.set(bytesOf("00 00 00 02 00 00 00 09"));
  bytes.set(bytesOf("00 00 00 07"), 20);
  expect(decodeTransfer(bytes)).toEqual({ kind: "unlink", sequence: 9, target: 7 });
});

test("neither a server's packet nor a direction that is none is a transfer", () => {
  const returned = encodeReturnSubmit(1, 0, 0);
  expect(decodeTransfer(returned)).toBeUndefined();
  const sideways = new Uint8Array(48);
  sideways.set(bytesOf("00 00 00 01"));
  sideways[15] = 2;
  expect(decodeTransfer(sideways)).toBeUndefined();
});

test("USBIP_RET_SUBMIT has status and length, USBIP_RET_UNLINK a status", () => {
  // prettier-ignore
  expect(encodeReturnSubmit(7, -32, 18)).toEqual(bytesOf(`
    00 00 00 03  00 00 00 07  // USBIP_RET_SUBMIT, sequence number
    00 00 00 00  00 00 00 00  00 00 00 00
    ff ff ff e0  00 00 00 12  // -EPIPE, actual length
    00 00 00 00  ff ff ff ff  00 00 00 00  // start frame, number of packets, errors
    00 00 00 00  00 00 00 00
  `));
  // prettier-ignore
  expect(encodeReturnUnlink(9, -104)).toEqual(bytesOf(`
    00 00 00 04  00 00 00 09  // USBIP_RET_UNLINK, sequence number
    00 00 00 00  00 00 00 00  00 00 00 00
    ff ff ff 98  00 00 00 00  // -ECONNRESET
    00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
  `));
});
