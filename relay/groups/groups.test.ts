import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
import { mostGroups, mostMembers } from "./groups.ts";

let farm: TestFarm;
let dashboard: TestClient;
let other: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  dashboard = await farm.dashboard();
  other = await farm.dashboard();
});
afterEach(() => farm.close());

const shelf = { name: "shelf 3", device_ids: [deviceA, strangeDevice] };

async function groupsOf(client: TestClient): Promise<unknown> {
  const answer = await client.request("group:list");
  return answer.ok ? answer["groups"] : answer;
}

describe("[G1] a group", () => {
  test("is saved, changed and deleted, and every dashboard hears of it", async () => {
    await dashboard.request("group:save", { ...shelf, device_ids: [deviceA, deviceA, strangeDevice] });
    expect(await groupsOf(other)).toEqual([shelf]);
    expect(await other.request("device:list")).toMatchObject({ groups: [shelf] });
    const smaller = { ...shelf, device_ids: [deviceB] };
    await other.request("group:save", smaller);
    expect(await other.request("group:delete", { name: shelf.name })).toEqual({ ok: true });
    for (const client of [dashboard, other]) {
      expect(client.all("group:changed")).toEqual([shelf, smaller, { name: shelf.name }]);
    }
    expect(await groupsOf(dashboard)).toEqual([]);
  });

  test("that is gone already is deleted without a word", async () => {
    expect(await dashboard.request("group:delete", { name: "nobody's" })).toEqual({ ok: true });
    expect(other.all("group:changed")).toEqual([]);
  });

  test("has a bound, and so have all together", async () => {
    const many = Array.from({ length: 10_000 }, () => randomUUID());
    for (let number = 0; number < mostMembers / many.length; number += 1) {
      await dashboard.request("group:save", { name: `${number}`, device_ids: many });
    }
    expect(await dashboard.request("group:save", shelf)).toMatchObject({
      fault: { code: "RATE_LIMITED", message: expect.stringContaining(`${mostMembers} members`) },
    });
    await dashboard.request("group:save", { name: "0", device_ids: [] });
    for (let number = 10; number < mostGroups; number += 1) {
      await dashboard.request("group:save", { name: `${number}`, device_ids: [] });
    }
    expect(await dashboard.request("group:save", shelf)).toMatchObject({
      fault: { code: "RATE_LIMITED", message: expect.stringContaining(`${mostGroups} groups`) },
    });
    expect(await dashboard.request("group:save", { name: "0", device_ids: [deviceA] })).toEqual({ ok: true });
  });
});

describe("[G2] a command to a group", () => {
  const tap = { command_id: strangeDevice, command_type: "tap", params: { x: 1, y: 2 }, broadcast: true };

  test("is one to each of its members, and acks as failed those that nobody ever reported", async () => {
    const worker = await farm.worker();
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    await dashboard.request("group:save", shelf);
    const answer = await dashboard.request("command:send", { ...tap, group: shelf.name });
    expect(answer).toEqual({ ok: true, command_id: tap.command_id, device_ids: shelf.device_ids });
    expect(worker.all("command:send")).toMatchObject([{ device_id: deviceA }]);
    expect(dashboard.all("command:ack")).toMatchObject([
      { device_id: strangeDevice, status: "failed", error: expect.stringMatching(/^DEVICE_NOT_FOUND/) },
    ]);
  });

  test("that does not exist is refused", async () => {
    expect(await dashboard.request("command:send", { ...tap, group: "shelf 9" })).toMatchObject({
      fault: {
        code: "INVALID_PAYLOAD",
        message: expect.stringContaining("shelf 9"),
        details: { path: "group" },
      },
    });
  });
});
