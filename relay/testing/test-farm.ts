import { randomUUID } from "node:crypto";
import { deviceIdOf } from "../../protocol/device-id.ts";
import type { Fault } from "../../protocol/fault.ts";
import type { HeartbeatDevice } from "../../protocol/heartbeat.ts";
import type { Role } from "../../protocol/role.ts";
import { openCredentials } from "../auth/credentials.ts";
import { makeJwtVerifier, type JwtOptions } from "../auth/jwt.ts";
import { makeFarm } from "../farm.ts";
import { makeMemoryWires } from "../memory/memory-wires.ts";
import { meterWires } from "../metrics/metered-wires.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { defaultSettings, type FarmSettings } from "../settings.ts";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import type { ReadMembers } from "../supabase/members.ts";
import type { AccountDesk } from "../supabase/account-desk.ts";
import type { MirrorPlace } from "../supabase/mirror-place.ts";
import type { AuditSink } from "../supabase/outbox.ts";
import { makeManualClock } from "./manual-clock.ts";
import { noMetrics } from "./no-metrics.ts";
import { makeMemoryClient } from "./memory-client.ts";
import type { PacketClient, TestClient } from "./test-client.ts";

export const testTokens = { worker: "worker-token-for-tests", dashboard: "dashboard-token-for-tests" };

interface TestFarmOptions {
  storePath?: string;
  credentialsPath?: string;
  jwt?: JwtOptions;
  auditSink?: AuditSink;
  readMembers?: ReadMembers;
  mirrorPlace?: MirrorPlace;
  accountDesk?: AccountDesk;
  clock?: ReturnType<typeof makeManualClock>;
  settings?: Partial<FarmSettings>;
  metrics?: Metrics;
}

/** A whole relay over in-memory wires, a store in memory (or in `storePath`) and a clock turned by hand. */
export function makeTestFarm({
  storePath = ":memory:",
  credentialsPath = ":memory:",
  jwt,
  auditSink,
  readMembers,
  mirrorPlace,
  accountDesk,
  clock = makeManualClock(),
  settings = {},
  metrics = noMetrics,
}: TestFarmOptions = {}) {
  const wires = makeMemoryWires();
  const meteredWires = meterWires(wires, metrics);
  const store = makeSqliteStore(storePath, clock);
  const credentials = openCredentials(credentialsPath, clock);
  const logLines: string[] = [];
  const farm = makeFarm({
    wires: meteredWires,
    store,
    clock,
    newId: randomUUID,
    tokens: testTokens,
    credentials,
    jwt: jwt && makeJwtVerifier(jwt, clock, (line) => logLines.push(line)),
    auditSink,
    readMembers,
    mirrorPlace,
    accountDesk,
    settings: { ...defaultSettings, ...settings },
    metrics,
    log: (line) => logLines.push(line),
  });

  async function tryConnect(namespace: string, auth: unknown, address?: string): Promise<TestClient | Fault> {
    const connected = await wires.connect(namespace, auth, address === undefined ? {} : { address });
    return connected.ok ? makeMemoryClient(connected.value) : connected.fault;
  }
  async function connect(namespace: string, auth: unknown): Promise<TestClient> {
    const client = await tryConnect(namespace, auth);
    if ("code" in client) throw new Error(client.message);
    return client;
  }
  /** On `/media`. */
  async function connectMedia(auth: unknown): Promise<PacketClient> {
    const connected = await wires.connect("/stream", auth, { carriesPackets: true });
    if (!connected.ok) throw new Error(connected.fault.message);
    return makeMemoryClient(connected.value);
  }

  /** What a person with this role connects with. */
  function authOf(role: Role, name: string = role) {
    const created = credentials.create({ kind: "operator", name, role }, "tester");
    if (!created.ok) throw new Error(created.fault.message);
    return { type: "dashboard", token: created.value.secret };
  }

  /** What the worker of this PC connects with when it has a key of its own. */
  function workerKeyOf(pcId: string) {
    const created = credentials.create({ kind: "worker-key", pcId }, "tester");
    if (!created.ok) throw new Error(created.fault.message);
    return { ...workerAuth(pcId), token: created.value.secret };
  }

  return {
    wires,
    store,
    credentials,
    clock,
    logLines,
    census: () => farm.census(),
    counts: () => meteredWires.counts(),
    tryConnect,
    connect,
    authOf,
    workerKeyOf,
    worker: (pcId = "desk-1", more: object = {}) => connect("/worker", { ...workerAuth(pcId), ...more }),
    workerStream: (pcId = "desk-1") => connect("/stream", workerAuth(pcId)),
    dashboard: () => connect("/dashboard", dashboardAuth),
    viewer: () => connect("/stream", dashboardAuth),
    /** As our own clients do, with packets; the worker sends video. */
    workerMedia: (pcId = "desk-1", more: object = {}) =>
      connectMedia({ ...workerAuth(pcId), sends_video: true, ...more }),
    mediaViewer: () => connectMedia(dashboardAuth),
    close() {
      farm.close();
      credentials.close();
      store.close();
    },
  };
}

export type TestFarm = ReturnType<typeof makeTestFarm>;

export const dashboardAuth = { type: "dashboard", token: testTokens.dashboard };

export function workerAuth(pcId: string) {
  return { type: "worker", token: testTokens.worker, pc_id: pcId };
}

/** A healthy phone as a heartbeat reports it. */
export function phone(serialNumber: string, changes: Partial<HeartbeatDevice> = {}): HeartbeatDevice {
  return { serial_number: serialNumber, status: "idle", adb_connected: true, ...changes };
}

export function heartbeatOf(devices: HeartbeatDevice[], pcId = "desk-1") {
  return { pc_id: pcId, timestamp: "2026-11-23T04:20:00.000Z", devices };
}

export const serialA = "SERIAL-A";
export const serialB = "SERIAL-B";
export const deviceA = deviceIdOf(serialA);
export const deviceB = deviceIdOf(serialB);
export const strangeDevice = "11111111-2222-4333-8444-555555555555";
