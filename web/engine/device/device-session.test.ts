import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandAck } from "../../../protocol/command.ts";
import { makeVolatileCommandMemory } from "../commands/command-memory.ts";
import { withTimeLimit } from "../time-limit.ts";
import type { DeviceLink, OpenLinkHooks } from "./device-link.ts";
import { makeDeviceSession } from "./device-session.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function makeSession(sendAck: (ack: CommandAck) => void = () => undefined) {
  return makeDeviceSession({
    memory: makeVolatileCommandMemory(),
    makeDecoder: () => ({ push: () => undefined, close: () => undefined }),
    makeCanvas: () => ({ draw: () => undefined, encode: never }),
    sendAck,
    sendFrame: () => undefined,
    isFrameWireFree: () => true,
    onChange: () => undefined,
  });
}

interface FakeLink extends DeviceLink {
  isHung: boolean;
  isClosed: boolean;
  /** Fails the transfers under way, and 100 ms later ADB, as a pulled cable does before USB tells of it. */
  failTransfers(): void;
}

/** A device that can be made to answer nothing any more. */
function makeLink(): FakeLink {
  const transfer = Promise.withResolvers<never>();
  transfer.promise.catch(() => undefined);
  const ended = Promise.withResolvers<string>();
  const link: FakeLink = {
    isHung: false,
    isClosed: false,
    ended: ended.promise,
    failTransfers: () => {
      transfer.reject(new DOMException("A transfer error has occurred.", "NetworkError"));
      setTimeout(() => ended.resolve("NetworkError: A transfer error has occurred."), 100);
    },
    shell: (line: string, limitMs: number) => {
      const answer = { stdout: "Google\nPixel 8\n14\nPhysical size: 1080x2400\n", stderr: "", exit_code: 0 };
      return withTimeLimit(line, limitMs, link.isHung ? transfer.promise : Promise.resolve(answer));
    },
    readOutput: never,
    startScrcpy: never,
    close: async () => {
      link.isClosed = true;
    },
  };
  return link;
}

test("a watched phone that answers nothing any more is let go of and claimed anew", async () => {
  const session = makeSession();
  const links: FakeLink[] = [];
  session.watch({ quality: "low", fps: 5 });
  session.plug(async () => {
    const link = makeLink();
    links.push(link);
    return link;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(session.state().kind).toBe("ready");
  const [first] = links;
  if (first === undefined) throw new Error("nothing was opened");
  first.isHung = true;
  await vi.advanceTimersByTimeAsync(90_000);
  expect(first.isClosed).toBe(true);
  expect(links).toHaveLength(2);
  expect(session.state().kind).toBe("ready");
});

test("what an earlier cable still says does not touch the next one", async () => {
  const session = makeSession();
  let earlier: OpenLinkHooks | undefined;
  session.plug((hooks) => {
    earlier = hooks;
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
  const link = makeLink();
  session.plug(async () => link);
  await vi.advanceTimersByTimeAsync(1000);
  link.isHung = true;
  session.command({
    command_id: "7d3f6f0e-6a35-4d0c-9a3b-0d4b8f5a2a11",
    device_id: "64ebb1a5-fefe-5937-a0a6-0564359f0243",
    serial_number: "A",
    command_type: "shell",
    params: { shellCommand: "sleep 30" },
  });
  await vi.advanceTimersByTimeAsync(10);
  return { session, link, end: () => acks.find(({ status }) => status === "failed") };
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
