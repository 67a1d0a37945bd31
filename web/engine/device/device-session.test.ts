import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeVolatileCommandMemory } from "../commands/command-memory.ts";
import { withTimeLimit } from "../time-limit.ts";
import type { DeviceLink, OpenLinkHooks } from "./device-link.ts";
import { makeDeviceSession } from "./device-session.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function makeSession() {
  return makeDeviceSession({
    memory: makeVolatileCommandMemory(),
    makeDecoder: () => ({ push: () => undefined, close: () => undefined }),
    makeCanvas: () => ({ draw: () => undefined, encode: never }),
    sendAck: () => undefined,
    sendFrame: () => undefined,
    isFrameWireFree: () => true,
    onChange: () => undefined,
  });
}

interface FakeLink extends DeviceLink {
  isHung: boolean;
  isClosed: boolean;
}

/** A device that can be made to answer nothing any more. */
function makeLink(): FakeLink {
  const link: FakeLink = {
    isHung: false,
    isClosed: false,
    ended: never(),
    shell: (line: string, limitMs: number) => {
      const answer = { stdout: "Google\nPixel 8\n14\nPhysical size: 1080x2400\n", stderr: "", exit_code: 0 };
      return withTimeLimit(line, limitMs, link.isHung ? never() : Promise.resolve(answer));
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
