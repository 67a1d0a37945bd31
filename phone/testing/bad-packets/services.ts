import { command } from "../../adb/packet.ts";
import { encodeFail, encodeIdAndNumber, syncId } from "../../services/sync-packet.ts";
import { encodeShellPacket, shellPacketId } from "../../services/shell-packet.ts";
import { concatenate } from "../../../protocol/concatenate.ts";
import { ascii, type BadPacket, computerId, packet, uint32 } from "./bad-packet.ts";
import { printable } from "./computer.ts";

const write = (to: number, ...parts: Uint8Array[]) =>
  packet(command.write, [computerId, to], concatenate(parts));
const close = (to: number) => packet(command.close, [computerId, to]);

const request = (id: number, path: string) => concatenate([encodeIdAndNumber(id, path.length), ascii(path)]);
const file = "/data/local/tmp/bad,33188";
/** A reply of FAIL: four letters, four bytes of length, a reason. Then the phone closes. */
const fails = (reason: string) => [
  "OKAY p 7",
  `WRTE p 7 ${JSON.stringify(printable(encodeFail(reason)))}`,
  "CLSE p 7",
];

/** Inside `sync:`: AOSP `daemon/file_sync_service.cpp`. */
export const badSync: readonly BadPacket[] = [
  {
    kind: "an unknown request",
    opens: "sync:",
    says: (id) => write(id, uint32(0x58585858, 0)),
    outcome: fails("unknown command 58585858"),
  },
  {
    kind: "a path of 1,025 bytes",
    opens: "sync:",
    says: (id) => write(id, uint32(syncId.stat, 1025)),
    outcome: fails("path too long"),
  },
  {
    kind: "DATA that nobody asked for",
    opens: "sync:",
    says: (id) => write(id, request(syncId.data, "x")),
    outcome: fails("unknown command 41544144"),
  },
  {
    kind: "DONE that nobody asked for",
    opens: "sync:",
    says: (id) => write(id, uint32(syncId.done, 0)),
    outcome: fails("unknown command 454e4f44"),
  },
  {
    kind: "SEND without a mode",
    opens: "sync:",
    says: (id) => write(id, request(syncId.send, "/data/local/tmp/bad")),
    outcome: fails("missing , in ID_SEND_V1"),
  },
  {
    kind: "SEND with a mode that is none",
    opens: "sync:",
    says: (id) => write(id, request(syncId.send, "/data/local/tmp/bad,rwx"), uint32(syncId.done, 0)),
    outcome: ["OKAY p 7", 'WRTE p 7 "OKAY...."'],
  },
  {
    kind: "SEND and then neither DATA nor DONE",
    opens: "sync:",
    says: (id) => write(id, request(syncId.send, file), uint32(syncId.okay, 0), uint32(syncId.done, 0)),
    outcome: fails("invalid data message"),
  },
  {
    kind: "SEND into a file",
    opens: "sync:",
    says: (id) => write(id, request(syncId.send, "/dev/null/bad,33188"), uint32(syncId.done, 0)),
    outcome: fails("couldn't create file: Not a directory"),
  },
  {
    kind: "DATA of more than 64 KiB",
    opens: "sync:",
    says: (id) =>
      write(
        id,
        request(syncId.send, file),
        uint32(syncId.data, 100_000),
        new Uint8Array(100_000),
        uint32(syncId.done, 0),
      ),
    outcome: ["OKAY p 7", 'WRTE p 7 "OKAY...."'],
  },
  {
    kind: "DATA of 4 GiB that never come",
    opens: "sync:",
    says: (id) => [
      ...write(id, request(syncId.send, file), uint32(syncId.data, 0xffffffff), ascii("x")),
      ...close(id),
    ],
    outcome: ["OKAY p 7", "CLSE p 7"],
  },
  {
    kind: "half a request",
    opens: "sync:",
    says: (id) => [...write(id, ascii("STAT")), ...close(id)],
    outcome: ["OKAY p 7", "CLSE p 7"],
  },
  {
    kind: "RECV of a file that is not there",
    opens: "sync:",
    says: (id) => write(id, request(syncId.receive, "/data/local/tmp/none")),
    outcome: fails("open failed: No such file or directory"),
  },
];

const toCat = "shell,v2,raw:cat";
const shell = (id: number, text: string) => encodeShellPacket({ id, payload: ascii(text) });
/** What `cat` says of "x" that came as it should, after the nonsense. */
const x = 'WRTE p 7 ".....x"';

/** Inside `shell,v2:`: AOSP `shell_service_protocol.cpp` and `daemon/shell_service.cpp`. */
export const badShell: readonly BadPacket[] = [
  {
    kind: "a shell packet of an unknown id",
    opens: toCat,
    says: (id) => write(id, shell(99, "no"), shell(shellPacketId.stdin, "x")),
    outcome: ["OKAY p 7", x],
  },
  {
    kind: "shell packets that are the phone's to send",
    opens: toCat,
    says: (id) =>
      write(
        id,
        shell(shellPacketId.stdout, "a"),
        shell(shellPacketId.exit, "b"),
        shell(shellPacketId.stdin, "x"),
      ),
    outcome: ["OKAY p 7", x],
  },
  {
    kind: "a window size that is none",
    opens: toCat,
    says: (id) => write(id, shell(shellPacketId.windowSize, "%s%n"), shell(shellPacketId.stdin, "x")),
    outcome: ["OKAY p 7", x],
  },
  {
    kind: "a shell packet of 4 GiB",
    opens: toCat,
    // adbd waits for as much of it as its buffer holds.
    says: (id) => write(id, ascii("\0\xff\xff\xff\xffx")),
    outcome: ["OKAY p 7"],
  },
  {
    kind: "half a shell packet",
    opens: toCat,
    says: (id) => [...write(id, ascii("\0\x01")), ...close(id)],
    outcome: ["OKAY p 7", "CLSE p 7"],
  },
];
