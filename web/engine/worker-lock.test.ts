import { expect, test, vi } from "vitest";
import { holdWorkerLock } from "./worker-lock.ts";

/** Node's own Web Locks; each test has a name of its own. */
const { locks } = navigator;

test("a second worker of the same PC waits and takes over when the first one ends", async () => {
  const first = new AbortController();
  const second = new AbortController();
  const onElsewhere = vi.fn<() => void>();
  const pcId = "lock-takeover";
  expect(await holdWorkerLock({ locks, pcId, signal: first.signal, onElsewhere })).toBe(true);
  expect(onElsewhere).not.toHaveBeenCalled();
  const waiting = holdWorkerLock({ locks, pcId, signal: second.signal, onElsewhere });
  await vi.waitFor(() => expect(onElsewhere).toHaveBeenCalledTimes(1));
  first.abort();
  expect(await waiting).toBe(true);
  second.abort();
});

test("a worker that is stopped while it waits never becomes one", async () => {
  const first = new AbortController();
  const second = new AbortController();
  const pcId = "lock-stopped";
  await holdWorkerLock({ locks, pcId, signal: first.signal, onElsewhere: () => undefined });
  const waiting = holdWorkerLock({ locks, pcId, signal: second.signal, onElsewhere: () => second.abort() });
  expect(await waiting).toBe(false);
  first.abort();
});

test("a worker that is stopped before it has the lock leaves it free for the next one", async () => {
  const first = new AbortController();
  const second = new AbortController();
  const onElsewhere = (): void => undefined;
  const pcId = "lock-stopped-at-once";
  first.abort();
  expect(await holdWorkerLock({ locks, pcId, signal: first.signal, onElsewhere })).toBe(false);
  expect(await holdWorkerLock({ locks, pcId, signal: second.signal, onElsewhere })).toBe(true);
  second.abort();
});

test("a worker whose browser refuses locks works without one", async () => {
  // What is asked of it is refused.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const refusing = {
    request: () => Promise.reject(new DOMException("no", "SecurityError")),
  } as unknown as LockManager;
  const life = new AbortController();
  expect(
    await holdWorkerLock({
      locks: refusing,
      pcId: "lock-refused",
      signal: life.signal,
      onElsewhere: () => undefined,
    }),
  ).toBe(true);
});

test("workers of different PCs, and browsers without locks, do not wait", async () => {
  const life = new AbortController();
  const needs = { signal: life.signal, onElsewhere: () => undefined };
  expect(await holdWorkerLock({ ...needs, locks, pcId: "lock-a" })).toBe(true);
  expect(await holdWorkerLock({ ...needs, locks, pcId: "lock-b" })).toBe(true);
  expect(await holdWorkerLock({ ...needs, locks: undefined, pcId: "lock-a" })).toBe(true);
  life.abort();
});
