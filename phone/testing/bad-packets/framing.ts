import { command, maxPayload } from "../../adb/packet.ts";
import { ascii, type BadPacket, computerId, cut, packet } from "./bad-packet.ts";

const open = (destination: string, wrong = {}) => packet(command.open, [computerId, 0], destination, wrong);
const hi = open("exec:echo hi");
const hiAnswers = ["OKAY p 7", 'WRTE p 7 "hi\\n"', "CLSE p 7"];
const tooLong = maxPayload + 1;

/**
 * Bytes that are no packet. Over TCP adbd reads a header, refuses a length that no peer may send and then reads that
 * much (AOSP `transport.cpp`, `FdConnection::Read`); only then `check_header` looks at the magic and at the agreed
 * length, and what it refuses is left out. Over USB a header is a transfer of its own (`daemon/usb.cpp`,
 * `UsbFfsConnection::ProcessRead`).
 */
export const badFraming: readonly BadPacket[] = [
  { kind: "a wrong magic", says: () => open("exec:echo hi", { magic: 0 }), outcome: [] },
  {
    kind: "a wrong magic without payload",
    says: () => packet(command.okay, [1, 1], "", { magic: command.okay }),
    outcome: [],
  },
  { kind: "a header of zeros", says: () => [new Uint8Array(24)], outcome: [] },
  { kind: "a payload over 1 MiB", says: () => open("x", { length: tooLong }), outcome: "dropped" },
  { kind: "a payload of 4 GiB", says: () => open("x", { length: 0xffffffff }), outcome: "dropped" },
  {
    kind: "a payload longer than was agreed",
    most: 4096,
    says: () => open(`exec:echo ${"x".repeat(5000)}`),
    outcome: [],
  },
  {
    kind: "a payload that is missing, so that the next header is taken for it",
    says: () => [...open("", { length: 24 }), ...packet(command.open, [8, 0])],
    outcome: ["CLSE 0 7"],
  },
  {
    kind: "a payload longer than its header says",
    says: () => open(`exec:echo ${"x".repeat(60)}`, { length: 10 }),
    outcome: "dropped",
  },
  {
    kind: "a checksum that is none",
    says: () => open("exec:echo hi", { checksum: 0x12345678 }),
    outcome: hiAnswers,
  },
  {
    kind: "a wrong checksum from a computer old enough to send them",
    says: () => [
      ...packet(command.connect, [0x01000000, maxPayload], "host::"),
      ...open("exec:echo hi", { checksum: 1 }),
    ],
    outcome: [
      "CNXN with checksum",
      ...hiAnswers.map((line) => (line[0] === "W" ? `${line} with checksum` : line)),
    ],
  },
  {
    kind: "a header in pieces of one byte",
    says: () => cut(hi, 1),
    outcome: hiAnswers,
    // UsbFfsConnection: "received packet of unexpected length while reading header".
    outcomeOnUsb: "dropped",
  },
  {
    kind: "a header and its payload in one piece",
    says: () => cut(hi, 1000),
    outcome: hiAnswers,
    outcomeOnUsb: "dropped",
  },
  {
    kind: "a payload in pieces",
    says: () => [...hi.slice(0, 1), ...cut(hi.slice(1), 5)],
    outcome: hiAnswers,
  },
  { kind: "half a header", says: () => [new Uint8Array(12)], outcome: "waits", outcomeOnUsb: "dropped" },
  { kind: "half a payload", says: () => open("exec:echo", { length: 20 }), outcome: "waits" },
  { kind: "nothing at all", greets: false, says: () => [], outcome: "waits" },
  {
    kind: "HTTP",
    greets: false,
    says: () => [ascii("GET / HTTP/1.1\r\nHost: phone\r\n\r\n")],
    outcome: "dropped",
  },
  {
    kind: "random bytes",
    says: () => [new Uint8Array(4096).map((_, at) => at * 89 + 7)],
    outcome: "dropped",
  },
];
