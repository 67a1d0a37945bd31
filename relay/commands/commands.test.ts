import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";
import { commandTimeoutMs } from "./command-book.ts";

let farm: TestFarm;
let worker: TestClient;
let dashboard: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  dashboard = await farm.dashboard();
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  forgetAll();
});
afterEach(() => farm.close());

function forgetAll(): void {
  for (const client of [worker, dashboard]) client.forget();
}
function tap(changes: object = {}) {
  const command = { command_id: randomUUID(), device_id: deviceA, command_type: "tap" };
  return { ...command, params: { x: 1, y: 2 }, ...changes };
}
function ack(command: { command_id: string }, status: string, more: object = {}) {
  return { command_id: command.command_id, device_id: deviceA, status, ...more };
}
/** An end is told once it is on the disk. */
async function told(): Promise<void> {
  await farm.store.commit();
  await farm.store.commit();
}
/** The latest state the store has for each target. */
function stored(command: { command_id: string }) {
  return farm.store.findCommand(command.command_id);
}

describe("[C1] a command", () => {
  test("reaches only the worker that holds the device, with its serial number", async () => {
    const bystander = await farm.worker("desk-2");
    const command = tap();
    expect(await dashboard.request("command:send", command)).toEqual({
      ok: true,
      command_id: command.command_id,
      device_ids: [deviceA],
    });
    expect(worker.received).toEqual([
      { event: "command:send", payload: { ...command, serial_number: serialA } },
    ]);
    expect(bystander.received).toEqual([]);
  });

  test("is acked only to the dashboard that sent it", async () => {
    const other = await farm.dashboard();
    other.forget();
    const command = tap();
    await dashboard.request("command:send", command);
    const completed = ack(command, "completed", { result: { anything: [1, 2] } });
    for (const one of [ack(command, "received"), ack(command, "executing"), completed]) {
      await worker.request("command:ack", one);
    }
    expect(dashboard.all("command:ack")).toEqual([
      ack(command, "received"),
      ack(command, "executing"),
      completed,
    ]);
    expect(other.received).toEqual([]);
  });
});

describe("[C2] a command is refused at once and never delivered later", () => {
  test("for a device nobody ever reported", async () => {
    const command = tap({ device_id: strangeDevice });
    expect(await dashboard.request("command:send", command)).toMatchObject({
      fault: { code: "DEVICE_NOT_FOUND" },
    });
    expect(stored(command)).toEqual([]);
  });

  test("for a device that its worker, which is there, does not list", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    expect(await dashboard.request("command:send", tap())).toMatchObject({
      fault: { code: "WORKER_OFFLINE", message: expect.stringContaining("not plugged") },
    });
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(worker.all("command:send")).toEqual([]);
  });
});

describe("[C4] every accepted command ends exactly once", () => {
  test("by its worker's word, and what comes after that is ignored", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    for (const status of ["completed", "failed", "executing", "completed"]) {
      expect(await worker.request("command:ack", ack(command, status))).toEqual({ ok: true });
    }
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed")]);
    farm.clock.advance(commandTimeoutMs);
    await told();
    expect(dashboard.all("command:ack")).toHaveLength(1);
  });

  test("by the pulled cable", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    await told();
    expect(dashboard.all("command:ack")).toEqual([
      ack(command, "failed", { error: expect.stringMatching(/^WORKER_OFFLINE: .*unplugged/) }),
    ]);
    expect(await worker.request("command:ack", ack(command, "completed"))).toEqual({ ok: true });
    expect(dashboard.all("command:ack")).toHaveLength(1);
  });

  test("by time", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    await worker.request("command:ack", ack(command, "executing"));
    for (let silence = 5000; silence < commandTimeoutMs; silence += 5000) {
      farm.clock.advance(5000);
      worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    }
    expect(dashboard.all("command:ack")).toHaveLength(1);
    farm.clock.advance(5000);
    await told();
    expect(dashboard.last("command:ack")).toEqual(
      ack(command, "failed", { error: expect.stringMatching(/^COMMAND_TIMEOUT: /) }),
    );
    expect(await worker.request("command:ack", ack(command, "completed"))).toEqual({ ok: true });
    expect(dashboard.all("command:ack")).toHaveLength(2);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(worker.last("worker:heartbeat:ack")).toMatchObject({ pending_commands: 0 });
  });
});

describe("[C5] a command is in the store", () => {
  test("and on the disk before it is forwarded", async () => {
    const steps: string[] = [];
    const commit = farm.store.commit.bind(farm.store);
    vi.spyOn(farm.store, "commit").mockImplementation(async () => {
      expect(worker.all("command:send")).toEqual([]);
      await commit();
      steps.push("committed");
    });
    const command = tap();
    await dashboard.request("command:send", command);
    expect(steps).toEqual(["committed"]);
    expect(worker.all("command:send")).toHaveLength(1);
    expect(stored(command)).toMatchObject([
      { deviceId: deviceA, pcId: "desk-1", status: "sent", params: { x: 1, y: 2 } },
    ]);
  });

  test("and its end is on the disk before it is told", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    const commit = farm.store.commit.bind(farm.store);
    const steps: string[] = [];
    vi.spyOn(farm.store, "commit").mockImplementation(async () => {
      await commit();
      steps.push(`committed, ${dashboard.all("command:ack").length} told`);
    });
    await worker.request("command:ack", ack(command, "completed"));
    expect(steps).toEqual(["committed, 0 told"]);
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed")]);
  });

  test("with its end, but without the picture of a screenshot or endless output", async () => {
    const screenshot = tap({ command_type: "screenshot", params: {} });
    const shell = tap({ command_type: "shell", params: { shellCommand: "cat big" } });
    for (const command of [screenshot, shell]) await dashboard.request("command:send", command);
    const picture = { mime: "image/png", base64: "A".repeat(50_000), width: 1080, height: 2400 };
    const output = { stdout: "x".repeat(50_000), stderr: "", exit_code: 0 };
    await worker.request("command:ack", ack(screenshot, "completed", { result: picture }));
    await worker.request("command:ack", ack(shell, "completed", { result: output }));
    expect(dashboard.all("command:ack")).toMatchObject([{ result: picture }, { result: output }]);
    expect(stored(screenshot)).toMatchObject([
      { status: "completed", result: { base64_chars: 50_000, width: 1080 } },
    ]);
    expect(JSON.stringify(stored(shell)).length).toBeLessThan(1000);
  });

  test.each([
    ["what stands beside a picture", { base64: "A", junk: "x".repeat(50_000) }],
    ["bytes", new Uint8Array(50_000)],
    ["bytes deep inside", { parts: [{ picture: new Uint8Array(50_000) }] }],
  ])("and without the length of %s", async (_, result) => {
    const command = tap();
    await dashboard.request("command:send", command);
    await worker.request("command:ack", ack(command, "completed", { result }));
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed", { result })]);
    expect(stored(command)).toMatchObject([{ status: "completed" }]);
    expect(JSON.stringify(stored(command)).length).toBeLessThan(1000);
  });
});

describe("[C4] a worker's odd word does not cost a command its end", () => {
  function nested(levels: number): unknown {
    let value: unknown = [];
    for (let level = 1; level < levels; level += 1) value = [value];
    return value;
  }

  test("a result too deep to be handed on is refused, and the command still ends once", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    for (const levels of [65, 3000]) {
      const answer = await worker.request(
        "command:ack",
        ack(command, "completed", { result: nested(levels) }),
      );
      expect(answer).toMatchObject({ fault: { code: "INVALID_PAYLOAD", details: { path: "result" } } });
    }
    await worker.request("command:ack", ack(command, "completed", { result: nested(64) }));
    farm.clock.advance(commandTimeoutMs);
    await told();
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed", { result: nested(64) })]);
  });

  test("an endless error ends it, cut", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    await worker.request("command:ack", ack(command, "failed", { error: "e".repeat(10_000) }));
    expect(dashboard.all("command:ack")).toEqual([ack(command, "failed", { error: `${"e".repeat(4095)}…` })]);
  });

  test("a disk that fails does not keep the end from the dashboard", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    vi.spyOn(farm.store, "updateCommand").mockImplementation(() => {
      throw new Error("disk full");
    });
    await worker.request("command:ack", ack(command, "completed"));
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed")]);
  });
});

test("[C8] a stray ack looks up its own target only, not all of a broadcast", async () => {
  const command = tap({ broadcast: true });
  await dashboard.request("command:send", command);
  for (const _ of [1, 2]) await worker.request("command:ack", ack(command, "completed"));
  const lookUp = vi.spyOn(farm.store, "findCommand");
  expect(await worker.request("command:ack", ack(command, "completed"))).toEqual({ ok: true });
  expect(await worker.request("command:ack", ack(tap(), "completed"))).toMatchObject({ ok: false });
  expect(lookUp).not.toHaveBeenCalled();
});

describe("[C6] a repeated command_id", () => {
  test("whose command ends meanwhile is told the end once, and nothing after it", async () => {
    const command = tap();
    await dashboard.request("command:send", command);
    await worker.request("command:ack", ack(command, "executing"));
    const again = await farm.dashboard();
    again.forget();
    const repeated = again.request("command:send", command);
    worker.send("command:ack", ack(command, "completed"));
    await repeated;
    expect(again.all("command:ack")).toEqual([ack(command, "completed")]);
  });

  test("is answered like the first and not executed again, before and after its end", async () => {
    const command = tap();
    const first = await dashboard.request("command:send", command);
    expect(await dashboard.request("command:send", command)).toEqual(first);
    await worker.request("command:ack", ack(command, "completed"));
    expect(await dashboard.request("command:send", command)).toEqual(first);
    expect(worker.all("command:send")).toHaveLength(1);
    expect(dashboard.all("command:ack")).toHaveLength(1);
  });

  test("also when both come in the same moment", async () => {
    const command = tap();
    const [first, second] = await Promise.all([
      dashboard.request("command:send", command),
      dashboard.request("command:send", command),
    ]);
    expect(second).toEqual(first);
    expect(worker.all("command:send")).toHaveLength(1);
  });

  test("from a dashboard that lost its connection tells it what became of the command", async () => {
    const running = tap();
    const ended = tap();
    for (const command of [running, ended]) await dashboard.request("command:send", command);
    await worker.request("command:ack", ack(running, "executing"));
    dashboard.close();
    await worker.request("command:ack", ack(ended, "completed", { result: "done" }));
    const again = await farm.dashboard();
    for (const command of [running, ended]) await again.request("command:send", command);
    await worker.request("command:ack", ack(running, "completed"));
    expect(again.all("command:ack")).toEqual([
      ack(running, "executing"),
      ack(ended, "completed", { result: "done" }),
      ack(running, "completed"),
    ]);
    expect(worker.all("command:send")).toHaveLength(2);
  });
});

describe("[C8] an ack is refused with FORBIDDEN and reaches nobody", () => {
  test("when another worker holds the command", async () => {
    const stranger = await farm.worker("desk-2");
    const command = tap();
    await dashboard.request("command:send", command);
    for (const status of ["completed", "failed"]) {
      expect(await stranger.request("command:ack", ack(command, status))).toMatchObject({
        fault: { code: "FORBIDDEN" },
      });
    }
    await worker.request("command:ack", ack(command, "completed"));
    expect(await stranger.request("command:ack", ack(command, "completed"))).toMatchObject({
      fault: { code: "FORBIDDEN" },
    });
    expect(dashboard.all("command:ack")).toEqual([ack(command, "completed")]);
  });

  test("when nobody sent such a command", async () => {
    expect(await worker.request("command:ack", ack(tap(), "completed"))).toMatchObject({
      fault: { code: "FORBIDDEN" },
    });
    expect(dashboard.received).toEqual([]);
  });
});
