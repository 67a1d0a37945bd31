import { describe, expect, test, vi } from "vitest";
import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import { makeVolatileCommandMemory } from "./command-memory.ts";
import { makeCommandQueue, queueLimit, type CommandQueueNeeds } from "./command-queue.ts";

const device_id = "64ebb1a5-fefe-5937-a0a6-0564359f0243";

function commandOf(number: number): CommandDeliver {
  return {
    command_id: `0b6d3a5e-7c1f-4f5e-9d55-${String(number).padStart(12, "0")}`,
    device_id,
    serial_number: "A1",
    command_type: "shell",
    params: { shellCommand: `echo ${number}` },
  };
}

function makeRig(overrides: Partial<CommandQueueNeeds> = {}) {
  const acks: CommandAck[] = [];
  const executed: string[] = [];
  const needs: CommandQueueNeeds = {
    memory: makeVolatileCommandMemory(),
    execute: async (command) => {
      executed.push(command.command_id);
      return { echoed: command.params.shellCommand };
    },
    sendAck: (ack) => void acks.push(ack),
    obstacle: () => undefined,
    ...overrides,
  };
  return {
    acks,
    executed,
    needs,
    queue: makeCommandQueue(needs),
    ended: (count: number) => ended(acks, count),
  };
}

function broken(): Promise<never> {
  return Promise.reject(new Error("no storage"));
}

function ended(acks: CommandAck[], count: number): Promise<void> {
  return vi.waitFor(() => {
    expect(acks.filter(({ status }) => status === "completed" || status === "failed")).toHaveLength(count);
  });
}

describe("a command", () => {
  test("is acked received, executing and completed with its result", async () => {
    const rig = makeRig();
    rig.queue.add(commandOf(1));
    await rig.ended(1);
    const { command_id } = commandOf(1);
    expect(rig.acks).toEqual([
      { command_id, device_id, status: "received" },
      { command_id, device_id, status: "executing" },
      { command_id, device_id, status: "completed", result: { echoed: "echo 1" } },
    ]);
  });

  test("waits for those before it, also when one fails", async () => {
    const first = Promise.withResolvers<undefined>();
    const started: string[] = [];
    const rig = makeRig({
      execute: (command) => {
        started.push(command.command_id);
        return started.length === 1 ? first.promise : Promise.resolve(undefined);
      },
    });
    rig.queue.add(commandOf(1));
    rig.queue.add(commandOf(2));
    await vi.waitFor(() => expect(started).toHaveLength(1));
    expect(rig.acks.filter(({ status }) => status === "received")).toHaveLength(2);
    first.reject(new Error("input ended with 1"));
    await rig.ended(2);
    expect(rig.acks).toContainEqual({
      command_id: commandOf(1).command_id,
      device_id,
      status: "failed",
      error: "input ended with 1",
    });
    expect(rig.acks.at(-1)).toEqual({ command_id: commandOf(2).command_id, device_id, status: "completed" });
  });

  test("fails with the reason while the device cannot run any", async () => {
    const rig = makeRig({ obstacle: () => "the device was unplugged" });
    rig.queue.add(commandOf(1));
    await rig.ended(1);
    expect(rig.acks.at(-1)).toMatchObject({ status: "failed", error: "the device was unplugged" });
    expect(rig.executed).toEqual([]);
  });

  test("beyond the queue's limit fails at once", async () => {
    const rig = makeRig({ execute: () => new Promise(() => undefined) });
    for (let number = 0; number <= queueLimit; number += 1) rig.queue.add(commandOf(number));
    await rig.ended(1);
    expect(rig.acks.at(-1)).toMatchObject({ command_id: commandOf(queueLimit).command_id, status: "failed" });
  });

  test("whose memory is broken runs all the same", async () => {
    const rig = makeRig({ memory: { recall: broken, remember: broken } });
    rig.queue.add(commandOf(1));
    await rig.ended(1);
    expect(rig.acks.at(-1)).toMatchObject({ status: "completed" });
  });
});

describe("[C6] a repeated command is answered like the first and not executed again", () => {
  test("while the first still runs", async () => {
    const running = Promise.withResolvers<unknown>();
    const execute = vi.fn<() => Promise<unknown>>(() => running.promise);
    const rig = makeRig({ execute });
    rig.queue.add(commandOf(1));
    await vi.waitFor(() => expect(rig.acks.at(-1)?.status).toBe("executing"));
    rig.queue.add(commandOf(1));
    expect(rig.acks.at(-1)?.status).toBe("executing");
    running.resolve(7);
    await rig.ended(1);
    expect(execute).toHaveBeenCalledTimes(1);
  });

  test("after it has ended", async () => {
    const rig = makeRig();
    rig.queue.add(commandOf(1));
    await rig.ended(1);
    rig.queue.add(commandOf(1));
    await rig.ended(2);
    expect(rig.acks.at(-1)).toMatchObject({ status: "completed", result: { echoed: "echo 1" } });
    expect(rig.executed).toHaveLength(1);
  });

  test("after the thread was reloaded, although it was cut off in the middle", async () => {
    const before = makeRig({ execute: () => new Promise(() => undefined) });
    before.queue.add(commandOf(1));
    await vi.waitFor(async () =>
      expect(await before.needs.memory.recall(commandOf(1).command_id, device_id)).toBeDefined(),
    );
    const after = makeRig({ memory: before.needs.memory });
    after.queue.add(commandOf(1));
    await after.ended(1);
    expect(after.acks.at(-1)).toMatchObject({ status: "failed", error: expect.stringContaining("reloaded") });
    expect(after.executed).toEqual([]);
  });

  test("while one that was only waiting when the thread was reloaded is run, once", async () => {
    const before = makeRig({ execute: () => new Promise(() => undefined) });
    before.queue.add(commandOf(1));
    before.queue.add(commandOf(2));
    await vi.waitFor(async () =>
      expect(await before.needs.memory.recall(commandOf(1).command_id, device_id)).toBeDefined(),
    );
    const after = makeRig({ memory: before.needs.memory });
    for (const number of [1, 2, 2]) after.queue.add(commandOf(number));
    await after.ended(2);
    after.queue.add(commandOf(2));
    await after.ended(3);
    expect(after.executed).toEqual([commandOf(2).command_id]);
  });

  test("but the same id for another device is another command", async () => {
    const rig = makeRig();
    rig.queue.add(commandOf(1));
    await rig.ended(1);
    rig.queue.add({ ...commandOf(1), device_id: "303360e3-ce35-510b-90aa-54f19177d194" });
    await rig.ended(2);
    expect(rig.executed).toHaveLength(2);
  });
});
