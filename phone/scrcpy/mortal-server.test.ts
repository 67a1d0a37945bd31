import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFaults } from "../faults.ts";
import type { ScrcpyContext } from "./context.ts";
import { makeMortalServer } from "./mortal-server.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that runs until it is told to end. */
function startOne() {
  const faults = makeFaults();
  const shell = new AbortController();
  let exitCode: number | undefined;
  const start = makeMortalServer(async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return 0;
  }, faults);
  // Nothing else of it is asked for.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  void start({ signal: shell.signal } as ScrcpyContext).then((code) => (exitCode = code));
  return { faults, shell, exitCode: () => exitCode };
}

test("a server that runs is killed so long after its phone began to be short of memory", async () => {
  const server = startOne();
  await vi.advanceTimersByTimeAsync(60_000);
  server.faults.add({ name: "scrcpy-dies", afterMs: 2000 });
  await vi.advanceTimersByTimeAsync(1999);
  expect(server.exitCode()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(server.exitCode()).toBe(137);
});

test("one that is mended in time lives, and ends in good order with its shell", async () => {
  const server = startOne();
  server.faults.add({ name: "scrcpy-dies", afterMs: 2000 });
  server.faults.add({ name: "disk-full" });
  await vi.advanceTimersByTimeAsync(1000);
  server.faults.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.exitCode()).toBeUndefined();
  server.shell.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.exitCode()).toBe(0);
});
