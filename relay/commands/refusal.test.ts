import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contract } from "../../protocol/contract.ts";
import { fail, succeed, type Fault } from "../../protocol/fault.ts";
import { makeAudit } from "../audit/audit.ts";
import { makeRefusals } from "../audit/refusals.ts";
import { guardDoor } from "../door.ts";
import { makeGroups } from "../groups/groups.ts";
import { makeMemoryWires } from "../memory/memory-wires.ts";
import { makeDeviceRegistry } from "../presence/device-registry.ts";
import { makePresence } from "../presence/presence.ts";
import { defaultSettings } from "../settings.ts";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { noMetrics } from "../testing/no-metrics.ts";
import { makeMemoryClient } from "../testing/memory-client.ts";
import type { TestClient } from "../testing/test-client.ts";
import { deviceA, deviceB, heartbeatOf, phone, serialA, serialB } from "../testing/test-farm.ts";
import { makeCommands } from "./commands.ts";

/** What the farm's leases, rights and limits would say of device A. */
let faultOfA: Fault;
let dashboard: TestClient;
let close: () => void;

beforeEach(async () => {
  const clock = makeManualClock();
  const wires = makeMemoryWires();
  const store = makeSqliteStore(":memory:", clock);
  const registry = makeDeviceRegistry(store, clock);
  const ignore = () => {};
  const listener = { connected: ignore, changed: ignore, disconnected: ignore, workerChanged: ignore };
  const presence = makePresence(registry, clock, listener);
  const audit = makeAudit(store, clock, randomUUID, ignore);
  const commands = makeCommands({
    wires,
    store,
    audit,
    clock,
    registry,
    presence,
    metrics: noMetrics,
    groups: makeGroups(wires, store, audit, () => undefined),
    settings: defaultSettings,
    log: ignore,
    refusal: (_wire, _command, deviceId) => (deviceId === deviceA ? faultOfA : undefined),
  });
  wires.open({
    admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "operator" }),
    connect: (wire) => {
      const table = contract["/dashboard"].toRelay;
      guardDoor(
        wire,
        table,
        { "command:send": (command, turn) => commands.send(wire, command, turn) },
        { log: ignore, clock, refusals: makeRefusals(audit, clock), eventsPerSecond: 2000 },
      );
    },
  });
  presence.workerConnected("desk-1");
  presence.heartbeat(heartbeatOf([phone(serialA), phone(serialB)]));
  const connected = await wires.connect("/dashboard", {});
  if (!connected.ok) throw new Error(connected.fault.message);
  dashboard = makeMemoryClient(connected.value);
  close = () => {
    commands.close();
    presence.close();
    store.close();
  };
});
afterEach(() => close());

const command_id = "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01";
const tap = { command_id, command_type: "tap", params: { x: 1, y: 2 } };
const tooMany = fail("RATE_LIMITED", "10 a second are enough").fault;
const tooManyAck = {
  command_id,
  device_id: deviceA,
  status: "failed",
  error: "RATE_LIMITED: 10 a second are enough",
};

test("[C9] a device that refuses a command is the answer", async () => {
  faultOfA = fail("FORBIDDEN", "somebody else holds it").fault;
  const answer = await dashboard.request("command:send", { ...tap, device_id: deviceA });
  expect(answer).toEqual({ ok: false, fault: faultOfA });
  expect(dashboard.received).toEqual([]);
});

test("[C9] a command over the limit is refused and acked failed, also to a client that asks for no answer", async () => {
  faultOfA = tooMany;
  const answer = await dashboard.request("command:send", { ...tap, device_id: deviceA });
  expect(answer).toEqual({ ok: false, fault: tooMany });
  expect(dashboard.received).toEqual([{ event: "command:ack", payload: tooManyAck }]);
  dashboard.forget();
  dashboard.send("command:send", { ...tap, device_id: deviceA });
  await eventually(() => expect(dashboard.errors()).toMatchObject([{ code: "RATE_LIMITED" }]));
  expect(dashboard.all("command:ack")).toEqual([tooManyAck]);
});

test("[C9] of a broadcast only the targets that refuse it are acked failed", async () => {
  faultOfA = tooMany;
  const answer = await dashboard.request("command:send", { ...tap, broadcast: true });
  expect(answer).toMatchObject({ ok: true, device_ids: [deviceA, deviceB] });
  expect(dashboard.all("command:ack")).toEqual([tooManyAck]);
});
