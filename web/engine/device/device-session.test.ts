import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import { makeVolatileCommandMemory } from "../commands/command-memory.ts";
import { makeStartTurns } from "../budget/start-turns.ts";
import type { OpenLinkWish } from "./device-link.ts";
import { makeDeviceSession } from "./device-session.ts";
import { answerOf, makeFakeLink, never, type FakeLink } from "./testing/fake-link.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function makeSession(sendAck: (ack: CommandAck) => void = () => undefined) {
  return makeDeviceSession({
    memory: makeVolatileCommandMemory(),
    sendAck,
    view: {
      makeDecoder: () => ({ push: () => undefined, close: () => undefined }),
      jpegEncoder: { encode: never },
      decodePng: never,
      nowMs: () => Date.now(),
      isWireFree: () => true,
      send: () => true,
      tell: () => undefined,
      load: { taken: () => undefined, decoded: () => undefined, encoded: () => undefined },
      turns: makeStartTurns(),
    },
    mayReboot: () => true,
    onChange: () => undefined,
  });
}

test("a watched phone that answers nothing any more is let go of and claimed anew", async () => {
  const session = makeSession();
  const links: FakeLink[] = [];
  session.watch({ layers: [{ quality: "low", fps: 5 }], video: undefined, sound: false });
  session.plug(async () => {
    const link = makeFakeLink();
    links.push(link);
    return link;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(session.state().kind).toBe("ready");
  const [first] = links;
  if (first === undefined) throw new Error("nothing was opened");
  first.isHung = true;
  await vi.advanceTimersByTimeAsync(36_000);
  expect(first.isClosed).toBe(true);
  expect(links).toHaveLength(2);
  expect(session.state().kind).toBe("ready");
  expect(session.recovery()).toMatchObject({ taken: { reclaim: 1 }, recoveredAtMs: expect.any(Number) });
});

test("[L2] a phone that answers late is slow, and that goes away by itself", async () => {
  const session = makeSession();
  const link = makeFakeLink();
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(1000);
  link.answerMs = 6000;
  await vi.advanceTimersByTimeAsync(20_500);
  expect(session.state()).toMatchObject({
    kind: "ready",
    problems: [{ code: "SLOW", detail: "answered after 6.0 s" }],
  });
  link.answerMs = 0;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(session.state()).toMatchObject({ kind: "ready", problems: [] });
  expect(session.recovery()).toEqual({ taken: {}, skipped: {} });
});

test("[L2] a command may run for a minute without costing the phone its connection", async () => {
  const acks: CommandAck[] = [];
  const session = makeSession((ack) => void acks.push(ack));
  const prompt = makeFakeLink();
  const link = makeFakeLink({
    shell: async (line, limitMs) => {
      if (line === "sleep 50") await new Promise((resolve) => setTimeout(resolve, 50_000));
      return await prompt.shell(line, limitMs);
    },
  });
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(1000);
  session.command(commandOf("shell", { shellCommand: "sleep 50" }));
  await vi.advanceTimersByTimeAsync(52_000);
  expect(acks.at(-1)).toMatchObject({ status: "completed" });
  expect(link.isClosed).toBe(false);
});

test("[L4] a phone that we rebooted is away, not pulled, and is ready when it comes back", async () => {
  const session = makeSession();
  let link = makeFakeLink({ isHung: true });
  link.reboot = async () => void session.unplug();
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(140_000);
  expect(session.state()).toMatchObject({ kind: "lost", problem: { code: "REBOOTED" } });
  link = makeFakeLink();
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(session.state()).toMatchObject({ kind: "ready", problems: [] });
  expect(session.recovery()).toMatchObject({ taken: { reboot: 1 }, skipped: {} });
});

test.each(["tap", "swipe", "keyevent", "text", "screenshot"] as const)(
  "[L7] a %s fails at once where no Android is, and shell works",
  async (type) => {
    const acks: CommandAck[] = [];
    const session = makeSession((ack) => void acks.push(ack));
    session.watch({ layers: [{ quality: "low", fps: 5 }], video: undefined, sound: false });
    session.plug(async () => makeFakeLink({ identityAnswer: answerOf("", 127) }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.state()).toMatchObject({ kind: "ready", problems: [{ code: "NOT_ANDROID" }] });
    session.command(commandOf(type, { x: 1, y: 1, x2: 2, y2: 2, keycode: 4, text: "a" }));
    await vi.advanceTimersByTimeAsync(1);
    expect(acks.at(-1)).toMatchObject({
      status: "failed",
      error: `${type} needs Android: not an Android userland`,
    });
    session.command(commandOf("shell", { shellCommand: "uname" }));
    await vi.advanceTimersByTimeAsync(1);
    expect(acks.at(-1)).toMatchObject({ status: "completed" });
  },
);

let commands = 0;

function commandOf(
  command_type: CommandDeliver["command_type"],
  params: CommandDeliver["params"],
): CommandDeliver {
  commands += 1;
  return {
    command_id: `7d3f6f0e-6a35-4d0c-9a3b-${String(commands).padStart(12, "0")}`,
    device_id: "64ebb1a5-fefe-5937-a0a6-0564359f0243",
    serial_number: "A",
    command_type,
    params,
  };
}

test("what an earlier cable still says does not touch the next one", async () => {
  const session = makeSession();
  let earlier: OpenLinkWish | undefined;
  session.plug((wish) => {
    earlier = wish;
    return never();
  });
  await vi.advanceTimersByTimeAsync(100);
  void session.unplug();
  session.plug(never);
  await vi.advanceTimersByTimeAsync(100);
  earlier?.onAuthorizing();
  expect(session.state().kind).toBe("claiming");
});

/** A command that runs while the cable or the phone fails, and how it ended. */
async function startHungCommand() {
  const acks: CommandAck[] = [];
  const session = makeSession((ack) => void acks.push(ack));
  const link = makeFakeLink();
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(1000);
  link.isHung = true;
  session.command(commandOf("shell", { shellCommand: "sleep 30" }));
  await vi.advanceTimersByTimeAsync(10);
  return { session, link, acks, end: () => acks.find(({ status }) => status === "failed") };
}

test.each([20, 200])(
  "[C4] a command says that the cable was pulled, although USB tells of it %i ms after its transfers failed",
  async (lateMs) => {
    const { session, link, end } = await startHungCommand();
    link.failTransfers();
    await vi.advanceTimersByTimeAsync(lateMs);
    void session.unplug();
    await vi.advanceTimersByTimeAsync(0);
    expect(end()?.error).toBe("the device was unplugged");
  },
);

test("[C4] a command says what USB said when the phone stays plugged in", async () => {
  const { link, end } = await startHungCommand();
  link.failTransfers();
  await vi.advanceTimersByTimeAsync(1000);
  expect(end()?.error).toBe("ADB was lost: NetworkError: A transfer error has occurred.");
});

test("[C4] a command that comes while the device is being let go of is told why that is", async () => {
  const { session, link, acks } = await startHungCommand();
  link.failTransfers();
  // ADB has ended, and the claim loop has not yet said so of the device.
  await vi.advanceTimersByTimeAsync(100);
  expect(session.state().kind).toBe("busy");
  const late = { ...commandOf("shell", { shellCommand: "echo late" }), command_id: "late" };
  session.command(late);
  await vi.advanceTimersByTimeAsync(1000);
  const end = acks.find(({ command_id: id, status }) => id === "late" && status === "failed");
  expect(end?.error).toBe("ADB was lost: NetworkError: A transfer error has occurred.");
});
