import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  makeBackedCommandMemory,
  makeVolatileCommandMemory,
  rememberedCommands,
  type CommandMemory,
} from "./command-memory.ts";
import { makeIndexedDbCommandMemory } from "./indexed-db-command-memory.ts";

const device_id = "64ebb1a5-fefe-5937-a0a6-0564359f0243";

const memories: [string, () => CommandMemory][] = [
  ["in memory", makeVolatileCommandMemory],
  ["in IndexedDB", () => makeIndexedDbCommandMemory(new IDBFactory())],
  ["in both", () => makeBackedCommandMemory(makeIndexedDbCommandMemory(new IDBFactory()))],
];

describe.each(memories)("the memory of commands %s", (_name, makeMemory) => {
  test("[C6] recalls the last ack of a command and device", async () => {
    const memory = makeMemory();
    expect(await memory.recall("c1", device_id)).toBeUndefined();
    await memory.remember({ command_id: "c1", device_id, status: "executing" });
    await memory.remember({ command_id: "c1", device_id, status: "completed", result: { exit_code: 0 } });
    expect(await memory.recall("c1", device_id)).toEqual({
      command_id: "c1",
      device_id,
      status: "completed",
      result: { exit_code: 0 },
    });
    expect(await memory.recall("c1", "another")).toBeUndefined();
  });

  test("keeps no large results", async () => {
    const memory = makeMemory();
    await memory.remember({ command_id: "c1", device_id, status: "completed", result: "y".repeat(70_000) });
    expect(await memory.recall("c1", device_id)).toEqual({
      command_id: "c1",
      device_id,
      status: "completed",
    });
  });

  test("forgets the oldest and keeps the newest", { timeout: 30_000 }, async () => {
    const memory = makeMemory();
    for (let number = 0; number < rememberedCommands + 400; number += 1) {
      await memory.remember({ command_id: String(number), device_id, status: "completed" });
    }
    expect(await memory.recall("0", device_id)).toBeUndefined();
    expect(await memory.recall("1000", device_id)).toBeDefined();
    expect(await memory.recall(String(rememberedCommands + 399), device_id)).toBeDefined();
  });
});

test("[C6] a command is remembered across a reload", async () => {
  const browserStorage = new IDBFactory();
  await makeIndexedDbCommandMemory(browserStorage).remember({
    command_id: "c1",
    device_id,
    status: "executing",
  });
  expect(await makeIndexedDbCommandMemory(browserStorage).recall("c1", device_id)).toMatchObject({
    status: "executing",
  });
});

test("[C6] a command is remembered for the life of the thread although storage fails", async () => {
  const broken = () => Promise.reject(new Error("no storage"));
  const memory = makeBackedCommandMemory({ recall: broken, remember: broken });
  await expect(memory.recall("c1", device_id)).rejects.toThrow("no storage");
  await expect(memory.remember({ command_id: "c1", device_id, status: "executing" })).rejects.toThrow(
    "no storage",
  );
  expect(await memory.recall("c1", device_id)).toMatchObject({ status: "executing" });
});

describe("storage that does not work", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  test("is waited for once, then left alone for a minute, and tried again", async () => {
    const open = vi.fn<() => object>(() => ({}));
    // An IndexedDB that never answers.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const memory = makeIndexedDbCommandMemory({ open } as unknown as IDBFactory);
    const first = memory.recall("c1", device_id).catch(String);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await first).toContain("IndexedDB took longer than 2 s");
    await expect(memory.remember({ command_id: "c1", device_id, status: "executing" })).rejects.toThrow(
      "a moment ago",
    );
    expect(open).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    const second = memory.recall("c1", device_id).catch(String);
    expect(open).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2000);
    await second;
  });
});
