import { command, maxPayload } from "../../adb/packet.ts";
import { type BadPacket, computerId, nobody, packet, uint32 } from "./bad-packet.ts";

const open = (destination: Uint8Array | string, window = 0, id = computerId) =>
  packet(command.open, [id, window], destination);
const okay = (to: number, payload: Uint8Array | string = "", from = computerId) =>
  packet(command.okay, [from, to], payload);
const write = (to: number, payload: string, from = computerId) => packet(command.write, [from, to], payload);
const close = (to: number, from = computerId) => packet(command.close, [from, to]);

const refused = ["CLSE 0 7"];
const ended = ["CLSE p 7"];
const hi = ["OKAY p 7", 'WRTE p 7 "hi\\n"', "CLSE p 7"];
const cat = "exec:cat";
const features = "delayed_ack";

/** OPEN: AOSP `adb.cpp`, `handle_packet`, and `daemon/services.cpp`. */
export const badOpens: readonly BadPacket[] = [
  { kind: "OPEN with id 0", says: () => open("exec:echo hi", 0, 0), outcome: [] },
  { kind: "OPEN of an unknown service", says: () => open("nobody:"), outcome: refused },
  { kind: "OPEN of a service's name without colon", says: () => open("sync"), outcome: refused },
  { kind: "OPEN of nothing", says: () => open(""), outcome: refused },
  { kind: "OPEN of zero bytes", says: () => open("\0\0\0\0"), outcome: refused },
  { kind: "OPEN of bytes that are no text", says: () => open("\xff\xfe\xfd"), outcome: refused },
  { kind: "OPEN of 1 MiB", says: () => open("x".repeat(maxPayload)), outcome: refused },
  { kind: "OPEN without a zero byte at its end", says: () => open("exec:echo hi"), outcome: hi },
  { kind: "OPEN with many zero bytes at its end", says: () => open("exec:echo hi\0\0\0"), outcome: hi },
  { kind: "OPEN with a zero byte in the middle", says: () => open("exec:echo hi\0; echo no"), outcome: hi },
  { kind: "OPEN of a port where nobody listens", says: () => open("tcp:1"), outcome: refused },
  { kind: "OPEN of a port that is none", says: () => open("tcp:x"), outcome: refused },
  { kind: "OPEN of a name where nobody listens", says: () => open("localabstract:no"), outcome: refused },
  { kind: "OPEN with a window that was not agreed", says: () => open("exec:echo hi", 9), outcome: refused },
  { kind: "OPEN without the window that was agreed", features, says: () => open(cat), outcome: refused },
  {
    kind: "2,000 OPENs of nobody",
    says: () => Array.from({ length: 2000 }, () => open("nobody:")).flat(),
    outcome: Array.from({ length: 2000 }, () => "CLSE 0 7"),
  },
  { kind: "OPEN with an id that is in use", opens: cat, says: () => open(cat), outcome: ["OKAY p 7"] },
];

/** OKAY, WRTE and CLSE: AOSP `adb.cpp`, `handle_packet`, and `sockets.cpp`. */
export const badStreaming: readonly BadPacket[] = [
  { kind: "OKAY for nobody", says: () => okay(nobody), outcome: [`CLSE ${nobody} 7`] },
  { kind: "OKAY to 0", says: () => okay(0), outcome: [] },
  { kind: "OKAY from 0", opens: cat, says: (id) => okay(id, "", 0), outcome: [] },
  { kind: "OKAY from another", opens: cat, says: (id) => okay(id, "", nobody), outcome: [] },
  { kind: "OKAY for nothing", opens: cat, says: (id) => [...okay(id), ...okay(id)], outcome: [] },
  { kind: "OKAY of 3 bytes", opens: cat, says: (id) => okay(id, "abc"), outcome: [] },
  { kind: "OKAY of 3 bytes for nobody", says: () => okay(nobody, "abc"), outcome: [`CLSE ${nobody} 7`] },
  {
    kind: "OKAY of a window that was not agreed",
    opens: cat,
    says: (id) => [...okay(id, uint32(1000)), ...write(id, "x")],
    outcome: ["OKAY p 7", 'WRTE p 7 "x"'],
  },
  {
    kind: "OKAY without the window that was agreed",
    features,
    opens: cat,
    says: (id) => [...okay(id), ...write(id, "x")],
    outcome: ["OKAY p 7 +1", 'WRTE p 7 "x"'],
  },
  {
    kind: "OKAY that takes the window back",
    features,
    opens: cat,
    says: (id) => [...okay(id, uint32(-500)), ...write(id, "x")],
    outcome: ["OKAY p 7 +1", 'WRTE p 7 "x"'],
  },
  { kind: "WRTE to nobody", says: () => write(nobody, "x"), outcome: [] },
  { kind: "WRTE to 0", says: () => write(0, "x"), outcome: [] },
  { kind: "WRTE from 0", opens: cat, says: (id) => write(id, "x", 0), outcome: [] },
  { kind: "WRTE from another", opens: cat, says: (id) => write(id, "x", nobody), outcome: [] },
  { kind: "WRTE of nothing", opens: cat, says: (id) => write(id, ""), outcome: [] },
  {
    kind: "WRTE of nothing with a window agreed",
    features,
    opens: cat,
    says: (id) => write(id, ""),
    outcome: ["OKAY p 7 +0"],
  },
  {
    kind: "WRTE before the last one was acknowledged",
    opens: "sync:",
    says: (id) => [...write(id, "ST"), ...write(id, "AT")],
    outcome: ["OKAY p 7", "OKAY p 7"],
  },
  { kind: "WRTE after CLSE", opens: cat, says: (id) => [...close(id), ...write(id, "x")], outcome: ended },
  { kind: "CLSE for nobody", says: () => close(nobody), outcome: [] },
  { kind: "CLSE to 0", opens: cat, says: () => close(0), outcome: [] },
  { kind: "CLSE from another", opens: cat, says: (id) => close(id, nobody), outcome: [] },
  { kind: "CLSE from 0, as old versions say it", opens: cat, says: (id) => close(id, 0), outcome: ended },
  { kind: "CLSE twice", opens: cat, says: (id) => [...close(id), ...close(id)], outcome: ended },
  {
    kind: "OKAY after CLSE",
    opens: cat,
    says: (id) => [...close(id), ...okay(id)],
    outcome: [...ended, "CLSE p 7"],
  },
];
