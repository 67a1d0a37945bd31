import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isoTimeOf } from "../clock.ts";
import { defaultSettings } from "../settings.ts";
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

const { leaseIdleMs, leaseWarningMs } = defaultSettings;
let farm: TestFarm;
let worker: TestClient;
let anna: TestClient;
let ben: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  beat();
  anna = await farm.connect("/dashboard", farm.authOf("operator", "anna"));
  ben = await farm.connect("/dashboard", farm.authOf("operator", "ben"));
  for (const client of [worker, anna, ben]) client.forget();
});
afterEach(() => farm.close());

function beat(): void {
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
}
/** Time passes with a worker that is well. */
function pass(durationMs: number): void {
  for (let leftMs = durationMs; leftMs > 0; leftMs -= 5000) {
    farm.clock.advance(Math.min(5000, leftMs));
    beat();
  }
}
function command(changes: object = {}) {
  return { command_id: randomUUID(), device_id: deviceA, command_type: "screenshot", ...changes };
}
const inMs = (durationMs: number) => isoTimeOf(farm.clock.now() + durationMs);
const held = (actor: string) => ({ fault: { code: "FORBIDDEN", details: { holder: actor } } });
const take = { device_id: deviceA };

describe("[E1] a device", () => {
  test("that nobody holds is commanded by every operator", async () => {
    for (const client of [anna, ben]) {
      expect(await client.request("command:send", command())).toMatchObject({ ok: true });
    }
  });

  test("that somebody holds is commanded by nobody else, an admin included, who is told by whom", async () => {
    const admin = await farm.dashboard();
    await anna.request("lease:take", take);
    for (const client of [ben, admin]) {
      expect(await client.request("command:send", command())).toMatchObject({
        fault: {
          code: "FORBIDDEN",
          message: expect.stringMatching(/^anna holds/),
          details: { holder: "anna" },
        },
      });
    }
    expect(await anna.request("command:send", command())).toMatchObject({ ok: true });
    expect(worker.all("command:send")).toHaveLength(1);
  });

  test("of a broadcast that somebody else holds is acked failed; the others get it", async () => {
    await anna.request("lease:take", take);
    const broadcast = command({ broadcast: true, device_id: undefined });
    expect(await ben.request("command:send", broadcast)).toMatchObject({ ok: true });
    expect(worker.all("command:send")).toMatchObject([{ device_id: deviceB }]);
    expect(ben.all("command:ack")).toMatchObject([
      { device_id: deviceA, status: "failed", error: expect.stringMatching(/^FORBIDDEN: anna holds/) },
    ]);
  });
});

describe("[E2] lease:take", () => {
  test("answers the lease, and every dashboard hears of it", async () => {
    const lease = { device_id: deviceA, actor: "anna", taken_at: inMs(0), expires_at: inMs(leaseIdleMs) };
    expect(await anna.request("lease:take", take)).toEqual({ ok: true, lease });
    for (const client of [anna, ben]) {
      expect(client.received).toEqual([
        { event: "lease:changed", payload: { device_id: deviceA, change: "taken", lease } },
      ]);
    }
    expect(await ben.request("device:list")).toMatchObject({ leases: [lease] });
  });

  test("of one's own keeps it for longer", async () => {
    await anna.request("lease:take", take);
    const taken_at = inMs(0);
    pass(60_000);
    const lease = { device_id: deviceA, actor: "anna", taken_at, expires_at: inMs(leaseIdleMs) };
    expect(await anna.request("lease:take", take)).toEqual({ ok: true, lease });
    expect(ben.last("lease:changed")).toEqual({ device_id: deviceA, change: "extended", lease });
  });

  test("of another's is refused, and so is dropping it", async () => {
    await anna.request("lease:take", take);
    expect(await ben.request("lease:take", take)).toMatchObject(held("anna"));
    expect(await ben.request("lease:drop", take)).toMatchObject(held("anna"));
    expect(await ben.request("lease:take", { ...take, take_over: true })).toMatchObject({
      fault: { code: "FORBIDDEN", details: { role: "operator", least_role: "admin" } },
    });
    expect(await anna.request("command:send", command())).toMatchObject({ ok: true });
  });

  test("of a device that nobody ever reported is refused", async () => {
    expect(await anna.request("lease:take", { device_id: strangeDevice })).toMatchObject({
      fault: { code: "DEVICE_NOT_FOUND" },
    });
  });

  test("with take_over gives an admin another's, which its holder sees and the trail keeps", async () => {
    const admin = await farm.dashboard();
    await anna.request("lease:take", take);
    const answer = await admin.request("lease:take", { ...take, take_over: true });
    expect(answer).toMatchObject({ ok: true, lease: { actor: "dashboard" } });
    expect(anna.last("lease:changed")).toMatchObject({ change: "taken_over", lease: { actor: "dashboard" } });
    expect(await anna.request("command:send", command())).toMatchObject(held("dashboard"));
    expect(await admin.request("command:send", command())).toMatchObject({ ok: true });
    const rows = farm.store.listAuditEvents(100).filter(({ event }) => event === "lease:take");
    expect(rows).toMatchObject([
      { actor: "dashboard", outcome: "taken_over", deviceId: deviceA, details: { holder: "anna" } },
      { actor: "anna", outcome: "taken", deviceId: deviceA },
    ]);
  });

  test("lease:drop sets the device free for everybody", async () => {
    await anna.request("lease:take", take);
    expect(await anna.request("lease:drop", take)).toEqual({ ok: true });
    expect(ben.last("lease:changed")).toEqual({ device_id: deviceA, change: "dropped" });
    expect(await ben.request("command:send", command())).toMatchObject({ ok: true });
    expect(await ben.request("lease:drop", take)).toEqual({ ok: true });
  });
});

describe("[E3] a lease that is not used", () => {
  test("ends by itself, after one warning to its holder's dashboards", async () => {
    const second = await farm.connect("/dashboard", farm.authOf("viewer", "carl"));
    await anna.request("lease:take", take);
    const expires_at = inMs(leaseIdleMs);
    pass(leaseIdleMs - leaseWarningMs);
    pass(leaseWarningMs - 1000);
    expect(anna.all("lease:expiring")).toEqual([{ device_id: deviceA, expires_at }]);
    for (const client of [ben, second]) expect(client.all("lease:expiring")).toEqual([]);
    expect(await ben.request("command:send", command())).toMatchObject(held("anna"));
    pass(1000);
    expect(anna.last("lease:changed")).toEqual({ device_id: deviceA, change: "expired" });
    expect(await ben.request("command:send", command())).toMatchObject({ ok: true });
    expect(farm.store.listLeases()).toEqual([]);
  });

  test("is not one whose holder commands the device, and dashboards hear of that once a minute at most", async () => {
    await anna.request("lease:take", take);
    ben.forget();
    for (let count = 0; count < 40; count += 1) {
      pass(15_000);
      expect(await anna.request("command:send", command())).toMatchObject({ ok: true });
    }
    expect(await ben.request("command:send", command())).toMatchObject(held("anna"));
    expect(ben.all("lease:changed")).toHaveLength(10);
    expect(anna.all("lease:expiring")).toEqual([]);
    const list = await ben.request("device:list");
    expect(list).toMatchObject({ leases: [{ expires_at: inMs(leaseIdleMs) }] });
  });

  test("and its warning is taken back at once when the device is commanded", async () => {
    await anna.request("lease:take", take);
    pass(leaseIdleMs - 1000);
    expect(anna.all("lease:expiring")).toHaveLength(1);
    await anna.request("command:send", command());
    expect(anna.last("lease:changed")).toMatchObject({
      change: "extended",
      lease: { expires_at: inMs(leaseIdleMs) },
    });
    pass(leaseIdleMs - leaseWarningMs);
    expect(anna.all("lease:expiring")).toHaveLength(2);
  });
});

describe("[E4] a lease belongs to a person", () => {
  test("and survives the connection, the cable and the worker", async () => {
    await anna.request("lease:take", take);
    anna.close();
    worker.send("worker:heartbeat", heartbeatOf([]));
    worker.close();
    farm.clock.advance(30_000);
    worker = await farm.worker();
    beat();
    expect(await ben.request("command:send", command())).toMatchObject(held("anna"));
  });

  test("and a restart of the relay; what ended meanwhile has ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tabfarm-leases-"));
    const storePath = join(folder, "relay.db");
    const { clock } = farm;
    const before = makeTestFarm({ storePath, clock });
    const desk = await before.worker();
    desk.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    const admin = await before.dashboard();
    await admin.request("lease:take", { device_id: deviceA });
    clock.advance(1000);
    await admin.request("lease:take", { device_id: deviceB });
    before.close();
    clock.advance(leaseIdleMs - 1000);
    const after = makeTestFarm({ storePath, clock });
    const dashboard = await after.dashboard();
    expect(await dashboard.request("device:list")).toMatchObject({
      leases: [{ device_id: deviceB, actor: "dashboard" }],
    });
    expect(after.store.listAuditEvents(1000)).toContainEqual(
      expect.objectContaining({ event: "lease:expire", deviceId: deviceA, actor: "dashboard" }),
    );
    after.close();
    rmSync(folder, { recursive: true });
  });
});

test("[A4] shell is an admin's, and an operator's where the farm's setting says so", async () => {
  const shell = () => command({ command_type: "shell", params: { shellCommand: "id" } });
  expect(await anna.request("command:send", shell())).toMatchObject({
    fault: { code: "FORBIDDEN", details: { role: "operator", least_role: "admin" } },
  });
  expect(await anna.request("device:list")).toMatchObject({ may_shell: false });
  expect(await (await farm.dashboard()).request("command:send", shell())).toMatchObject({ ok: true });

  const lenient = makeTestFarm({ settings: { operatorsMayShell: true } });
  const desk = await lenient.worker();
  desk.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const operator = await lenient.connect("/dashboard", lenient.authOf("operator"));
  expect(await operator.request("command:send", shell())).toMatchObject({ ok: true });
  expect(await operator.request("device:list")).toMatchObject({ may_shell: true });
  lenient.close();
});
