import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { workerGraceMs } from "../presence/presence.ts";
import { defaultSettings } from "../settings.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  type TestFarm,
} from "../testing/test-farm.ts";
import { commandTimeoutMs } from "./command-book.ts";

const { commandWaitMs } = defaultSettings;
const ours = { remembers_commands: true };
const both = heartbeatOf([phone(serialA), phone(serialB)]);

let folder: string;
let clock: ManualClock;
let farm: TestFarm;
let dashboard: TestClient;
let worker: TestClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-delivery-"));
  clock = makeManualClock();
  farm = makeTestFarm({ storePath: join(folder, "relay.db"), clock });
  dashboard = await farm.dashboard();
});
afterEach(() => {
  farm.close();
  rmSync(folder, { recursive: true, force: true });
});

async function arrive(auth: object = {}, heartbeat: object = both): Promise<void> {
  worker = await farm.worker("desk-1", auth);
  worker.send("worker:heartbeat", heartbeat);
}
/** The relay is killed and started again; every connection is lost. */
async function restart(): Promise<void> {
  farm.close();
  farm = makeTestFarm({ storePath: join(folder, "relay.db"), clock });
  dashboard = await farm.dashboard();
}
async function send(changes: object = {}) {
  const named = { command_id: randomUUID(), device_id: deviceA, command_type: "tap" };
  const command = { ...named, params: { x: 1, y: 2 }, ...changes };
  expect(await dashboard.request("command:send", command)).toMatchObject({ ok: true });
  return command;
}
function ack(command: { command_id: string }, status: string, more: object = {}) {
  return { command_id: command.command_id, device_id: deviceA, status, ...more };
}
function delivered(): unknown[] {
  return worker.all("command:send");
}
/** All that a worker would have been sent by now: a commit is over when a later one is. */
async function settled(): Promise<void> {
  await farm.store.commit();
  await farm.store.commit();
}
function pending(): unknown {
  return worker.last("worker:heartbeat:ack");
}
/** A worker that stays fresh meanwhile. */
function pass(durationMs: number, heartbeat: object = both): void {
  for (let left = durationMs; left > 0; left -= 5000) {
    worker.send("worker:heartbeat", heartbeat);
    clock.advance(Math.min(5000, left));
  }
}

describe("[C10] a command for a worker that is away waits", () => {
  test("and is delivered in the order of acceptance when the device is reported again", async () => {
    await arrive();
    worker.close();
    const first = await send();
    clock.advance(workerGraceMs);
    const second = await send();
    const third = await send();
    dashboard.forget();
    await arrive();
    await eventually(() => expect(delivered()).toHaveLength(3));
    expect(delivered()).toEqual(
      [first, second, third].map((command) => ({ ...command, serial_number: serialA })),
    );
    expect(dashboard.received.map(({ event }) => event)).not.toContain("command:ack");
    await worker.request("command:ack", ack(first, "completed"));
    expect(dashboard.all("command:ack")).toEqual([ack(first, "completed")]);
  });

  test("after the presence events that say the device is back", async () => {
    await arrive();
    worker.close();
    clock.advance(workerGraceMs);
    await send();
    worker = await farm.worker();
    const steps: string[] = [];
    const commit = vi.spyOn(farm.store, "commit").mockImplementation(async () => {
      steps.push(...dashboard.received.map(({ event }) => event), "commit");
      commit.mockRestore();
    });
    dashboard.forget();
    worker.send("worker:heartbeat", both);
    await eventually(() => expect(delivered()).toHaveLength(1));
    expect(steps.slice(0, 2)).toEqual(["device:connected", "device:status:update"]);
    expect(steps.at(-1)).toBe("commit");
  });

  test("also for one that is connected and has been silent for a minute", async () => {
    await arrive();
    clock.advance(60_000);
    await send();
    expect(delivered()).toEqual([]);
    worker.send("worker:heartbeat", both);
    await eventually(() => expect(delivered()).toHaveLength(1));
  });

  test("until ADB answers, when the worker just came", async () => {
    await arrive();
    worker.close();
    await send();
    await arrive({}, heartbeatOf([phone(serialA, { adb_connected: false })]));
    await settled();
    expect(delivered()).toEqual([]);
    await send();
    expect(delivered()).toEqual([]);
    worker.send("worker:heartbeat", both);
    await eventually(() => expect(delivered()).toHaveLength(2));
  });

  test("but not for ADB on a worker that was there: it says best what is in the way", async () => {
    await arrive();
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA, { adb_connected: false }), phone(serialB)]));
    await send();
    expect(delivered()).toHaveLength(1);
    const newcomer = heartbeatOf([phone(serialA, { adb_connected: false })]);
    worker.close();
    await arrive({}, newcomer);
    pass(commandWaitMs, newcomer);
    worker.send("worker:heartbeat", newcomer);
    await send();
    expect(delivered()).toHaveLength(1);
  });

  test("and fails when its time is over", async () => {
    await arrive();
    worker.close();
    const command = await send();
    clock.advance(commandWaitMs - 1);
    expect(dashboard.all("command:ack")).toEqual([]);
    clock.advance(1);
    await settled();
    const error = "COMMAND_TIMEOUT: desk-1 did not take the command within 60 s";
    expect(dashboard.all("command:ack")).toEqual([ack(command, "failed", { error })]);
    await arrive();
    await settled();
    expect(delivered()).toEqual([]);
  });

  test("a hundred for a worker, and the next one is refused", async () => {
    await arrive();
    worker.close();
    for (let number = 0; number < defaultSettings.mostWaitingCommands; number += 1) {
      clock.advance(100);
      await send();
    }
    const tooMany = { command_id: randomUUID(), device_id: deviceB, command_type: "screenshot" };
    expect(await dashboard.request("command:send", tooMany)).toMatchObject({
      fault: { code: "WORKER_OFFLINE", message: expect.stringContaining("100 commands wait") },
    });
    const command_id = randomUUID();
    await send({ command_id, device_id: undefined, broadcast: true, broadcast_device_ids: [deviceA] });
    expect(dashboard.all("command:ack")).toEqual([
      ack({ command_id }, "failed", { error: expect.stringMatching(/^WORKER_OFFLINE: .*wait/) }),
    ]);
    await arrive();
    await eventually(() => expect(delivered()).toHaveLength(100));
  });

  test("when the disk fails, until the next heartbeat", async () => {
    await arrive();
    worker.close();
    await send();
    const commit = vi.spyOn(farm.store, "commit").mockRejectedValue(new Error("disk full"));
    await arrive();
    await settled().catch(() => undefined);
    expect(delivered()).toEqual([]);
    commit.mockRestore();
    worker.send("worker:heartbeat", both);
    await eventually(() => expect(delivered()).toHaveLength(1));
  });

  test("when its worker leaves in the moment it is written down", async () => {
    await arrive();
    vi.spyOn(farm.store, "commit").mockImplementationOnce(async () => worker.close());
    await send();
    expect(delivered()).toEqual([]);
    await arrive();
    await eventually(() => expect(delivered()).toHaveLength(1));
  });
});

describe("[C4] a lost worker does not end its commands", () => {
  test("they end by its word when it is back", async () => {
    await arrive();
    const command = await send();
    await worker.request("command:ack", ack(command, "executing"));
    worker.close();
    clock.advance(workerGraceMs + 20_000);
    expect(dashboard.all("command:ack")).toEqual([ack(command, "executing")]);
    await arrive();
    await worker.request("command:ack", ack(command, "completed"));
    expect(dashboard.all("command:ack")).toEqual([ack(command, "executing"), ack(command, "completed")]);
  });

  test("or by their time, 60 s after it took them", async () => {
    await arrive();
    const command = await send();
    pass(commandWaitMs - 1);
    await worker.request("command:ack", ack(command, "received"));
    worker.close();
    clock.advance(commandTimeoutMs - 1);
    expect(dashboard.all("command:ack")).toEqual([ack(command, "received")]);
    clock.advance(1);
    await settled();
    const error = "COMMAND_TIMEOUT: the command did not end within 60 s";
    expect(dashboard.last("command:ack")).toEqual(ack(command, "failed", { error }));
  });
});

describe("[C11] after a cut", () => {
  test("a worker that remembers gets all that is unfinished of its devices again, in order", async () => {
    await arrive(ours);
    const [done, running, lost] = [await send(), await send(), await send()];
    await worker.request("command:ack", ack(done, "completed"));
    await worker.request("command:ack", ack(running, "executing"));
    worker.close();
    const waiting = await send();
    await arrive(ours);
    await eventually(() => expect(delivered()).toHaveLength(3));
    expect(delivered()).toMatchObject([running, lost, waiting].map(({ command_id }) => ({ command_id })));
    worker.send("worker:heartbeat", both);
    await settled();
    expect(delivered()).toHaveLength(3);
  });

  test("what it repeats of its state is told once", async () => {
    await arrive(ours);
    const command = await send();
    for (const _ of [1, 2]) await worker.request("command:ack", ack(command, "received"));
    expect(dashboard.all("command:ack")).toEqual([ack(command, "received")]);
  });

  test("a worker that knows only the document gets what never reached it, and nothing twice", async () => {
    await arrive();
    await send();
    worker.close();
    const waiting = await send();
    await arrive();
    await eventually(() => expect(delivered()).toMatchObject([{ command_id: waiting.command_id }]));
    worker.close();
    await arrive();
    await settled();
    expect(delivered()).toEqual([]);
  });

  test("one that pulls a device fails what waits for it", async () => {
    await arrive(ours);
    const command = await send();
    worker.close();
    await arrive(ours, heartbeatOf([phone(serialB)]));
    await settled();
    expect(dashboard.last("command:ack")).toMatchObject(ack(command, "failed"));
  });
});

describe("[C5] a restart of the relay", () => {
  test("delivers what never left it, also to a worker that knows only the document", async () => {
    await arrive();
    worker.close();
    const first = await send();
    const second = await send();
    await restart();
    await arrive();
    await eventually(() => expect(delivered()).toMatchObject([first, second]));
  });

  test("never delivers twice to a worker that knows only the document what may have reached it", async () => {
    await arrive();
    const command = await send();
    expect(delivered()).toHaveLength(1);
    await restart();
    await arrive();
    await settled();
    expect(delivered()).toEqual([]);
    await worker.request("command:ack", ack(command, "completed"));
    await dashboard.request("command:watch", { command_ids: [command.command_id] });
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed")]);
  });

  test("delivers again to a worker that remembers", async () => {
    await arrive(ours);
    const command = await send();
    await worker.request("command:ack", ack(command, "executing"));
    await restart();
    await arrive(ours);
    await eventually(() => expect(delivered()).toEqual([{ ...command, serial_number: serialA }]));
  });

  test("keeps a command's time, and fails at the start what is over", async () => {
    await arrive();
    const taken = await send();
    await worker.request("command:ack", ack(taken, "received"));
    worker.close();
    const waiting = await send();
    clock.advance(commandWaitMs - 1000);
    await restart();
    expect(farm.store.findCommand(waiting.command_id)).toMatchObject([{ status: "accepted" }]);
    clock.advance(1000);
    expect(farm.store.findCommand(waiting.command_id)).toMatchObject([
      { status: "failed", error: expect.stringMatching(/^COMMAND_TIMEOUT/) },
    ]);
    expect(farm.store.findCommand(taken.command_id)).toMatchObject([{ status: "failed" }]);

    const late = await send();
    farm.close();
    clock.advance(commandWaitMs);
    farm = makeTestFarm({ storePath: join(folder, "relay.db"), clock });
    expect(farm.store.findCommand(late.command_id)).toMatchObject([
      { status: "failed", endedAtMs: clock.now() },
    ]);
    expect(farm.store.listAuditEvents(1)).toMatchObject([
      { event: "command:ack", deviceId: deviceA, outcome: "failed", actor: "dashboard" },
    ]);
  });

  test("keeps the parameters no longer than the command", async () => {
    await arrive();
    const command = await send();
    await worker.request("command:ack", ack(command, "completed"));
    expect(farm.store.findCommand(command.command_id)[0]).not.toHaveProperty("params");
  });
});

describe("[B1] pending_commands", () => {
  test("are those accepted for this worker and not taken by it yet", async () => {
    await arrive();
    const taken = await send();
    const untaken = await send({ device_id: deviceB });
    worker.send("worker:heartbeat", both);
    expect(pending()).toMatchObject({ pending_commands: 2 });
    await worker.request("command:ack", ack(taken, "received"));
    worker.send("worker:heartbeat", both);
    expect(pending()).toMatchObject({ pending_commands: 1 });
    worker.close();
    await send();
    await arrive();
    expect(pending()).toMatchObject({ pending_commands: 2 });
    await worker.request("command:ack", { ...ack(untaken, "completed"), device_id: deviceB });
    worker.send("worker:heartbeat", both);
    expect(pending()).toMatchObject({ pending_commands: 1 });
  });
});
