import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
let worker: TestClient;
let ann: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  annsToken = farm.authOf("operator", "ann");
  ann = await farm.connect("/dashboard", annsToken);
});
afterEach(() => farm.close());

let annsToken: object;
const tap = { device_id: deviceA, command_type: "tap", params: { x: 1, y: 2 } };

async function send(): Promise<string> {
  const command_id = randomUUID();
  expect(await ann.request("command:send", { ...tap, command_id })).toMatchObject({ ok: true });
  return command_id;
}
function ack(command_id: string, status: string, more: object = {}) {
  return { command_id, device_id: deviceA, status, ...more };
}
function watch(client: TestClient, ...command_ids: string[]) {
  return client.request("command:watch", { command_ids });
}

describe("[C13] command:watch", () => {
  test("tells a dashboard that was away what became of its commands, and what becomes of them", async () => {
    const [waiting, running, ended] = [await send(), await send(), await send()];
    await worker.request("command:ack", ack(running, "executing"));
    ann.close();
    await worker.request("command:ack", ack(ended, "completed", { result: "done" }));
    const again = await farm.connect("/dashboard", annsToken);
    expect(await watch(again, waiting, running, ended)).toEqual({ ok: true, unknown: [] });
    await eventually(() =>
      expect(again.all("command:ack")).toEqual([
        ack(running, "executing"),
        ack(ended, "completed", { result: "done" }),
      ]),
    );
    again.forget();
    for (const command of [waiting, running]) await worker.request("command:ack", ack(command, "completed"));
    expect(again.all("command:ack")).toEqual([ack(waiting, "completed"), ack(running, "completed")]);
    expect(worker.all("command:send")).toHaveLength(3);
  });

  test("tells an end once, however often it is asked", async () => {
    const command = await send();
    await worker.request("command:ack", ack(command, "completed"));
    const again = await farm.connect("/dashboard", annsToken);
    for (const _ of [1, 2]) await watch(again, command, command);
    const marker = await send();
    await watch(again, marker);
    await worker.request("command:ack", ack(marker, "completed"));
    expect(again.all("command:ack")).toEqual([ack(command, "completed"), ack(marker, "completed")]);
    expect(ann.all("command:ack")).toEqual([ack(command, "completed")]);
  });

  test("says which it does not know, and executes nothing", async () => {
    const command = await send();
    expect(await watch(ann, strangeDevice, command)).toEqual({ ok: true, unknown: [strangeDevice] });
    expect(worker.all("command:send")).toHaveLength(1);
  });

  test("tells nobody of somebody else's, but an admin", async () => {
    const command = await send();
    const bob = await farm.connect("/dashboard", farm.authOf("operator", "bob"));
    expect(await watch(bob, command)).toEqual({ ok: true, unknown: [command] });
    await worker.request("command:ack", ack(command, "completed"));
    expect(bob.all("command:ack")).toEqual([]);
    expect(ann.all("command:ack")).toEqual([ack(command, "completed")]);
    const admin = await farm.connect("/dashboard", farm.authOf("admin"));
    expect(await watch(admin, command)).toEqual({ ok: true, unknown: [] });
    await eventually(() => expect(admin.all("command:ack")).toEqual([ack(command, "completed")]));
  });
});

test("[C6] a command_id of somebody else's is refused, and its end stays theirs", async () => {
  const command_id = await send();
  const bob = await farm.connect("/dashboard", farm.authOf("operator", "bob"));
  expect(await bob.request("command:send", { ...tap, command_id })).toMatchObject({
    fault: { code: "FORBIDDEN" },
  });
  await worker.request("command:ack", ack(command_id, "completed"));
  expect(bob.all("command:ack")).toEqual([]);
  expect(ann.all("command:ack")).toEqual([ack(command_id, "completed")]);
});
