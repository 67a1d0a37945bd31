import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { deviceA, heartbeatOf, makeTestFarm, phone, serialA } from "../testing/test-farm.ts";

test("[C12] what became of a command is forgotten after its time, and the trail keeps it", async () => {
  const commandKeepMs = 600_000;
  const farm = makeTestFarm({ settings: { commandKeepMs } });
  const dashboard = await farm.dashboard();
  const worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const command_id = randomUUID();
  await dashboard.request("command:send", { command_id, device_id: deviceA, command_type: "screenshot" });
  await worker.request("command:ack", { command_id, device_id: deviceA, status: "completed" });
  farm.clock.advance(commandKeepMs - 1);
  expect(farm.store.findCommand(command_id)).toHaveLength(1);
  farm.clock.advance(120_000);
  expect(farm.store.findCommand(command_id)).toEqual([]);
  const acks = farm.store.listAuditEvents(100).filter(({ event }) => event === "command:ack");
  expect(acks).toMatchObject([{ outcome: "completed", details: { command_id } }]);
  farm.close();
});
