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
  serialB,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
let worker: TestClient;
let admin: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  admin = await farm.dashboard();
  beat();
});
afterEach(() => farm.close());

function beat(serials = [serialA, serialB]): void {
  worker.send("worker:heartbeat", heartbeatOf(serials.map((serial) => phone(serial))));
}
const device = { device_id: deviceA };
const versionOf = (payload: unknown) => Number(Object(payload).version);

describe("[D6] device:remove", () => {
  test("forgets a device that is gone, in the store too", async () => {
    beat([serialB]);
    admin.forget();
    expect(await admin.request("device:remove", device)).toEqual({ ok: true });
    expect(admin.received).toMatchObject([
      { event: "device:disconnected", payload: { ...device, serial_number: serialA, reason: "manual" } },
    ]);
    expect(await admin.request("device:list")).toMatchObject({ devices: [{ serial_number: serialB }] });
    expect(farm.store.listDevices()).toMatchObject([{ serial_number: serialB }]);
    expect(await admin.request("device:remove", device)).toMatchObject({
      fault: { code: "DEVICE_NOT_FOUND" },
    });
    expect(farm.store.listAuditEvents(10)).toContainEqual(
      expect.objectContaining({
        event: "device:remove",
        deviceId: deviceA,
        outcome: "ok",
        actor: "dashboard",
      }),
    );
  });

  test("ends the commands and the lease of one that is present", async () => {
    await admin.request("lease:take", device);
    const command = { ...device, command_id: randomUUID(), command_type: "screenshot" };
    expect(await admin.request("command:send", command)).toMatchObject({ ok: true });
    await admin.request("device:remove", device);
    await eventually(() => {
      expect(admin.last("command:ack")).toMatchObject({
        command_id: command.command_id,
        status: "failed",
        error: expect.stringContaining("removed"),
      });
    });
    expect(admin.last("lease:changed")).toEqual({ ...device, change: "dropped" });
    expect(farm.wires.membersOf("/worker", `device:${deviceA}`)).toEqual([]);
  });

  test("lets one that is still reported come back as new, with a greater version", async () => {
    await admin.request("device:remove", device);
    const goneVersion = versionOf(admin.last("device:disconnected"));
    admin.forget();
    beat();
    expect(admin.received.map(({ event }) => event)).toEqual(["device:connected", "device:status:update"]);
    expect(versionOf(admin.last("device:connected"))).toBeGreaterThan(goneVersion);
    const command = { ...device, command_id: randomUUID(), command_type: "screenshot" };
    expect(await admin.request("command:send", command)).toMatchObject({ ok: true });
  });

  test("of a device that nobody ever reported is refused, and changes nothing", async () => {
    admin.forget();
    expect(await admin.request("device:remove", { device_id: strangeDevice })).toMatchObject({
      fault: { code: "DEVICE_NOT_FOUND" },
    });
    expect(admin.received).toEqual([]);
  });
});
