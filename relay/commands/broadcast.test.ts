import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
let worker: TestClient;
let dashboard: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  dashboard = await farm.dashboard();
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  for (const client of [worker, dashboard]) client.forget();
});
afterEach(() => farm.close());

function broadcast(deviceIds?: string[]) {
  const command = { command_id: randomUUID(), command_type: "tap", params: { x: 1, y: 2 } };
  return { ...command, broadcast: true, ...(deviceIds && { broadcast_device_ids: deviceIds }) };
}

describe("[C3] a broadcast", () => {
  test("to named devices reaches each once, and acks as failed those it cannot reach", async () => {
    const command = broadcast([deviceA, deviceB, deviceA, strangeDevice]);
    expect(await dashboard.request("command:send", command)).toMatchObject({
      ok: true,
      device_ids: [deviceA, deviceB, strangeDevice],
    });
    expect(worker.all("command:send")).toMatchObject([{ device_id: deviceA }, { device_id: deviceB }]);
    expect(dashboard.all("command:ack")).toEqual([
      {
        command_id: command.command_id,
        device_id: strangeDevice,
        status: "failed",
        error: expect.stringMatching(/^DEVICE_NOT_FOUND: /),
      },
    ]);
    for (const device_id of [deviceA, deviceB]) {
      await worker.request("command:ack", { command_id: command.command_id, device_id, status: "completed" });
    }
    expect(dashboard.all("command:ack").slice(1)).toMatchObject([
      { device_id: deviceA, status: "completed" },
      { device_id: deviceB, status: "completed" },
    ]);
  });

  test("without names reaches every connected device", async () => {
    const second = await farm.worker("desk-2");
    second.send("worker:heartbeat", heartbeatOf([phone("SERIAL-C")], "desk-2"));
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    const answer = await dashboard.request("command:send", broadcast());
    expect(answer).toMatchObject({ ok: true, device_ids: { length: 2 } });
    expect(worker.all("command:send")).toMatchObject([{ device_id: deviceB }]);
    expect(second.all("command:send")).toMatchObject([{ serial_number: "SERIAL-C" }]);
  });
});

describe("[C3] a broadcast to thousands", () => {
  const thousands = Array.from({ length: 2000 }, () => randomUUID());

  test("does not hold up a tap", async () => {
    const answered: string[] = [];
    await Promise.all([
      dashboard.request("command:send", broadcast(thousands)).then(() => answered.push("broadcast")),
      dashboard.request("command:send", broadcast([deviceA])).then(() => answered.push("tap")),
    ]);
    expect(answered).toEqual(["tap", "broadcast"]);
  });

  test("that comes again meanwhile is answered like the first and reaches nobody twice", async () => {
    const command = broadcast(thousands);
    const [first, second] = await Promise.all([
      dashboard.request("command:send", command),
      dashboard.request("command:send", command),
    ]);
    const targets = (answer: object) => new Set(Object(answer).device_ids);
    expect(targets(second)).toEqual(targets(first));
    await eventually(() => expect(dashboard.all("command:ack")).toHaveLength(2000));
  });
});
