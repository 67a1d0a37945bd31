import { afterEach, expect, test, vi } from "vitest";
import type { PhoneModel } from "../model.ts";
import { makeMemoryWire } from "../testing/memory-wire.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { command, maxPayload, type Packet } from "./packet.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const uint32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const features = "host::features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir,delayed_ack";

let rig: Rig | undefined;
afterEach(() => rig?.close());

function connect(model: Partial<PhoneModel> = {}) {
  rig = makeRig({ model });
  const wire = makeMemoryWire();
  void rig.phone.connect(wire);
  return { wire, rig };
}

/** CNXN and its answer. */
async function greet(wire: ReturnType<typeof makeMemoryWire>, banner: string, version = 0x01000001) {
  wire.say({ command: command.connect, arg0: version, arg1: maxPayload, payload: encode(banner) });
  const [answer] = await wire.take(1);
  return answer;
}

test("CNXN is answered with the newest version, the smaller payload limit and the banner", async () => {
  const { wire } = connect();
  wire.say({ command: command.connect, arg0: 0x01000001, arg1: 4096, payload: encode(`${features}\0`) });
  const [answer] = await wire.take(1);
  expect(answer).toMatchObject({
    command: command.connect,
    arg0: 0x01000001,
    arg1: 4096,
    withChecksum: false,
  });
  expect(decode(answer?.payload)).toBe(
    "device::ro.product.name=shiba;ro.product.model=Pixel 8;ro.product.device=shiba;" +
      "features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir,delayed_ack",
  );
});

test("a computer of version 0x01000000 gets checksums", async () => {
  const { wire } = connect();
  expect((await greet(wire, "host::", 0x01000000))?.withChecksum).toBe(true);
});

test("no stream opens before CNXN", async () => {
  const { wire } = connect();
  wire.say({ command: command.open, arg0: 1, payload: encode("shell:echo no\0") });
  await greet(wire, "host::");
  expect(wire.untaken).toEqual([]);
});

test("without delayed acks a stream is OPEN, OKAY, WRTE, and CLSE only once the last WRTE was acknowledged", async () => {
  const { wire } = connect();
  await greet(wire, "host::features=shell_v2");
  wire.say({ command: command.open, arg0: 7, payload: encode("shell:echo hi\0") });
  const [okay, write] = await wire.take(2);
  const localId = okay?.arg0 ?? 0;
  expect(okay).toMatchObject({ command: command.okay, arg1: 7, payload: new Uint8Array() });
  expect(write).toMatchObject({ command: command.write, arg0: localId, arg1: 7, payload: encode("hi\n") });
  await new Promise((resolve) => setImmediate(resolve));
  expect(wire.untaken).toEqual([]);
  wire.say({ command: command.okay, arg0: 7, arg1: localId });
  expect(await wire.take(1)).toMatchObject([{ command: command.close, arg0: localId, arg1: 7 }]);
});

test("with delayed acks OKAY carries the window first and then the bytes taken", async () => {
  const { wire } = connect();
  await greet(wire, features);
  wire.say({ command: command.open, arg0: 7, arg1: 100, payload: encode("exec:cat") });
  const [okay] = await wire.take(1);
  expect(okay?.payload).toEqual(uint32(32 * 1024 * 1024));
  wire.say({ command: command.write, arg0: 7, arg1: okay?.arg0 ?? 0, payload: encode("x".repeat(150)) });
  const [taken, echoed] = await wire.take(2);
  expect(taken).toMatchObject({ command: command.okay, payload: uint32(150) });
  // The computer's window is 100 bytes: the other 50 wait for its acknowledgement.
  expect(echoed?.payload).toHaveLength(100);
  wire.say({ command: command.okay, arg0: 7, arg1: okay?.arg0 ?? 0, payload: uint32(100) });
  expect((await wire.take(1))[0]?.payload).toHaveLength(50);
});

test("OPEN with a window from a computer that never said delayed_ack is refused", async () => {
  const { wire } = connect();
  await greet(wire, "host::features=shell_v2");
  wire.say({ command: command.open, arg0: 7, arg1: 1000, payload: encode("shell:echo hi") });
  expect(await wire.take(1)).toMatchObject([{ command: command.close, arg0: 0, arg1: 7 }]);
});

test("CNXN again ends every stream, closing the programs behind them", async () => {
  const { wire, rig } = connect();
  await greet(wire, features);
  wire.say({
    command: command.open,
    arg0: 7,
    arg1: 1000,
    payload: encode("exec:input draganddrop 1 1 2 2 100000"),
  });
  await wire.take(1);
  wire.say({ command: command.connect, arg0: 0x01000001, arg1: maxPayload, payload: encode(features) });
  const answers = await wire.take(2);
  expect(answers.map((answer) => answer.command)).toEqual([command.close, command.connect]);
  await vi.waitFor(() => expect(rig.display.pointers.at(-1)?.action).toBe("cancel"));
});

test("OKAY for a stream that is gone is answered with CLSE", async () => {
  const { wire } = connect();
  await greet(wire, features);
  wire.say({ command: command.okay, arg0: 7, arg1: 99, payload: uint32(1) });
  expect(await wire.take(1)).toMatchObject([{ command: command.close, arg0: 99, arg1: 7 }]);
});

test("fifty thousand nonsense packets leave the phone answering", async () => {
  const { wire, rig } = connect();
  const random = makeRandom(1);
  // But STLS, which ends the connection.
  const commands = [...Object.values(command).filter((code) => code !== command.startTls), 0, 0x12345678];
  const payloads = [
    "",
    "\0",
    "shell:",
    "sync:",
    "a:b",
    features,
    "shell,v2:cat",
    "reverse:forward:x",
    "\xff\xfe",
    "exec:cat",
  ];
  for (let count = 0; count < 50_000; count += 1) {
    const code = commands[random(commands.length)] ?? 0;
    const packet: Packet = {
      command: code,
      arg0: random(20),
      // A computer that says it takes little is never heard again, as by adbd: the next CNXN is too long.
      arg1: code === command.connect ? maxPayload : random(4) === 0 ? random(2 ** 32) : random(40),
      payload: random(3) === 0 ? randomPayload(random) : encode(payloads[random(payloads.length)] ?? ""),
    };
    wire.say(packet);
    if (count % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  wire.say({ command: command.connect, arg0: 0x01000001, arg1: maxPayload, payload: encode(features) });
  wire.say({ command: command.open, arg0: 4242, arg1: 1000, payload: encode("exec:echo alive") });
  await vi.waitFor(() => {
    const answer = wire.untaken.find(({ command: code, arg1 }) => code === command.write && arg1 === 4242);
    expect(decode(answer?.payload)).toBe("alive\n");
  });
  expect(rig.bugs).toEqual([]);
});

/** Numbers below a limit that are the same in every run (mulberry32). */
function makeRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function randomPayload(random: (limit: number) => number): Uint8Array {
  return Uint8Array.from({ length: random(64) }, () => random(256));
}
