import { afterEach, expect, test, vi } from "vitest";
import { makeMemoryWire, type MemoryWire } from "../testing/memory-wire.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { command, maxPayload } from "./packet.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const mebibyte = new Uint8Array(1024 * 1024);
/** A program that runs for long and never reads its input. */
const deaf = "exec:input draganddrop 1 1 2 2 100000";

let rig: Rig;
let wire: MemoryWire;
afterEach(() => rig.close());

async function connect({ most = maxPayload, features = "delayed_ack" } = {}): Promise<void> {
  rig = makeRig();
  wire = makeMemoryWire();
  void rig.phone.connect(wire);
  const payload = encode(`host::features=${features}`);
  wire.say({ command: command.connect, arg0: 0x01000001, arg1: most, payload });
  await wire.take(1);
}

/** Opens a stream of the computer's and gives the phone's id for it. */
async function open(destination: string, remoteId: number, window = 1_000_000): Promise<number> {
  wire.say({ command: command.open, arg0: remoteId, arg1: window, payload: encode(destination) });
  const [okay] = await wire.take(1);
  return okay?.arg0 ?? 0;
}

function write(localId: number, payload: Uint8Array, times = 1): void {
  for (let time = 0; time < times; time += 1)
    wire.say({ command: command.write, arg0: 7, arg1: localId, payload });
}

async function expectAlive(window = 1_000_000): Promise<void> {
  wire.say({ command: command.open, arg0: 4242, arg1: window, payload: encode("exec:echo alive") });
  await vi.waitFor(() => {
    const answer = wire.untaken.find(({ command: code, arg1 }) => code === command.write && arg1 === 4242);
    expect(decode(answer?.payload)).toBe("alive\n");
  });
}

const hasClosed = () => wire.untaken.some(({ command: code, arg1 }) => code === command.close && arg1 === 7);
const allRead = () => vi.waitFor(() => expect(wire.unread).toBe(0));

test("a longer payload than the computer takes is sent in pieces", async () => {
  await connect({ most: 32 });
  rig.phone.android.files.write("/sdcard/f", encode("0123456789".repeat(7)));
  await open("exec:cat /sdcard/f", 7);
  const writes = await wire.take(3);
  expect(writes.map(({ payload }) => payload.byteLength)).toEqual([32, 32, 6]);
  expect(writes.map(({ payload }) => decode(payload)).join("")).toBe("0123456789".repeat(7));
});

test("a longer payload than was agreed is dropped, and the connection goes on", async () => {
  await connect({ most: 64 });
  const localId = await open("exec:cat", 7);
  write(localId, new Uint8Array(65));
  write(localId, encode("short"));
  const [okay, echoed] = await wire.take(2);
  expect(okay?.command).toBe(command.okay);
  expect(decode(echoed?.payload)).toBe("short");
});

test("a program whose computer closes the stream while it writes ends, and nothing more is sent", async () => {
  await connect();
  rig.phone.android.files.write("/data/local/tmp/big", new Uint8Array(3_000_000));
  const localId = await open("exec:cat /data/local/tmp/big", 7, 1_000);
  const [first] = await wire.take(1);
  expect(first).toMatchObject({ command: command.write, arg1: 7 });
  expect(first?.payload).toHaveLength(1_000);
  wire.say({ command: command.close, arg0: 7, arg1: localId });
  expect(await wire.take(1)).toMatchObject([{ command: command.close, arg0: localId, arg1: 7 }]);
  await expectAlive();
  expect(wire.untaken.filter(({ arg1 }) => arg1 === 7)).toEqual([]);
});

test("a computer may fill its window while a program does not read", async () => {
  await connect();
  const localId = await open(deaf, 7);
  write(localId, mebibyte, 32);
  await allRead();
  await expectAlive();
  expect(hasClosed()).toBe(false);
});

test("a computer that sends on past its window loses the stream and the program, not the phone its memory", async () => {
  await connect();
  const localId = await open(deaf, 7);
  write(localId, mebibyte, 40);
  await vi.waitFor(() => expect(hasClosed()).toBe(true));
  await vi.waitFor(() => expect(rig.display.pointers.at(-1)?.action).toBe("cancel"));
  await expectAlive();
});

test("without delayed acks a computer that does not wait for OKAY loses the stream", async () => {
  await connect({ features: "shell_v2" });
  const localId = await open(deaf, 7, 0);
  write(localId, mebibyte, 5);
  await vi.waitFor(() => expect(hasClosed()).toBe(true));
  await expectAlive(0);
});

test("empty WRTEs take no room, however many come", async () => {
  await connect();
  const localId = await open(deaf, 7);
  write(localId, mebibyte, 5);
  write(localId, new Uint8Array(), 1_000);
  await allRead();
  expect(hasClosed()).toBe(false);
  await expectAlive();
});

test("a computer that asks on and on but reads nothing is no longer read, until it reads again", async () => {
  await connect();
  const wake = wire.hang();
  for (let count = 0; count < 3_000; count += 1)
    wire.say({ command: command.open, arg0: 7, arg1: 1, payload: encode("nobody:") });
  await vi.waitFor(() => expect(wire.unread).toBe(3_000 - 1_024));
  wake();
  expect(await wire.take(3_000)).toHaveLength(3_000);
});
