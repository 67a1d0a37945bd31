import { authType } from "../../adb/connection.ts";
import { command, maxPayload } from "../../adb/packet.ts";
import { ascii, type BadPacket, computerId, packet } from "./bad-packet.ts";

const connect = (version = 0x01000001, most = maxPayload, banner: Uint8Array | string = "host::") =>
  packet(command.connect, [version, most], banner);
const auth = (type: number, length: number) => packet(command.auth, [type, 0], new Uint8Array(length));
const hi = packet(command.open, [computerId, 0], "exec:echo hi");
/** Commands beyond the six that a phone of this kind speaks. */
const sync = 0x434e5953;
const startTls = 0x534c5453;

/** CNXN, AUTH and what is no command at all: AOSP `adb.cpp`, `handle_packet`. */
export const badConnecting: readonly BadPacket[] = [
  { kind: "an unknown command", says: () => packet(0x12345678, [1, 2], "payload"), outcome: [] },
  {
    kind: "SYNC, which only means something inside a computer",
    says: () => packet(sync, [1, 1]),
    outcome: [],
  },
  {
    // Over TCP what comes next is no TLS handshake; over USB, adbd cannot do TLS and gives up (`daemon/usb.cpp`).
    kind: "STLS without TLS",
    says: () => [...packet(startTls, [0x01000000, 0]), ...connect()],
    outcome: "dropped",
  },
  {
    kind: "CNXN twice, with a stream open",
    opens: "exec:cat",
    says: () => connect(),
    outcome: ["CLSE p 7", "CNXN"],
  },
  { kind: "CNXN of version 0", says: () => connect(0), outcome: ["CNXN with checksum"] },
  { kind: "CNXN of a negative version", says: () => connect(0xffffffff), outcome: ["CNXN with checksum"] },
  { kind: "CNXN of a version to come", says: () => connect(0x0100_00ff), outcome: ["CNXN"] },
  {
    kind: "CNXN of a computer that takes nothing, so that nothing it says fits any more",
    most: 0,
    says: () => [...hi, ...connect()],
    outcome: "waits",
  },
  {
    kind: "CNXN of a computer that takes 4 GiB",
    says: () => connect(0x01000001, 0xffffffff),
    outcome: ["CNXN"],
  },
  { kind: "CNXN without a banner", says: () => connect(0x01000001, maxPayload, ""), outcome: ["CNXN"] },
  {
    kind: "CNXN with a banner of nonsense",
    says: () => connect(0x01000001, maxPayload, new Uint8Array(300).fill(0xff)),
    outcome: ["CNXN"],
  },
  {
    kind: "CNXN with a banner of colons and semicolons",
    says: () => connect(0x01000001, maxPayload, ":::;;=;=features;features=;features=a=b,,;:"),
    outcome: ["CNXN"],
  },
  {
    kind: "CNXN with a banner of 1 MiB",
    says: () => connect(0x01000001, maxPayload, new Uint8Array(maxPayload).fill(0x61)),
    outcome: ["CNXN"],
  },
  {
    kind: "CNXN that says to be a phone",
    says: () => connect(0x01000001, maxPayload, "device::"),
    outcome: ["CNXN"],
  },
  { kind: "OPEN before CNXN", greets: false, says: () => hi, outcome: [] },
  {
    kind: "OKAY, WRTE and CLSE before CNXN",
    greets: false,
    says: () => [command.okay, command.write, command.close].flatMap((code) => packet(code, [1, 1], "x")),
    outcome: [],
  },
  {
    kind: "AUTH with a signature before CNXN",
    greets: false,
    says: () => auth(authType.signature, 256),
    outcome: ["AUTH 1 0 with checksum"],
  },
  {
    kind: "AUTH with a signature from a computer that is in",
    opens: "exec:cat",
    says: () => auth(authType.signature, 256),
    outcome: ["AUTH 1 0"],
  },
  {
    kind: "AUTH with a signature of no bytes",
    says: () => auth(authType.signature, 0),
    outcome: ["AUTH 1 0"],
  },
  {
    kind: "AUTH with a key that is none",
    says: () => packet(command.auth, [authType.publicKey, 0], ascii("no key\0")),
    outcome: [],
  },
  {
    kind: "AUTH with a token, which is the phone's to send",
    opens: "exec:cat",
    says: () => auth(authType.token, 20),
    outcome: [],
  },
  { kind: "AUTH of an unknown type", opens: "exec:cat", says: () => auth(99, 20), outcome: [] },
];
