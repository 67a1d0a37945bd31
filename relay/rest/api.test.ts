import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commandDeliver } from "../../protocol/command.ts";
import { fault } from "../../protocol/rest.ts";
import { openCredentials } from "../auth/credentials.ts";
import { systemClock } from "../clock.ts";
import { startRelay, type RunningRelay } from "../start.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  phone,
  serialA,
  serialB,
  strangeDevice,
} from "../testing/test-farm.ts";
import { makeRoutes } from "./routes.ts";

let dataDir: string;
let relay: RunningRelay;
let worker: TestClient;
const clients: TestClient[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tabfarm-rest-"));
  relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir });
  worker = await connect("/worker", { type: "worker", token: relay.tokens.worker, pc_id: "desk-1" });
  const offline = phone(serialB, { status: "offline" });
  await worker.request("worker:heartbeat", heartbeatOf([phone(serialA), offline]));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await relay.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function connect(namespace: string, auth: Record<string, unknown>): Promise<TestClient> {
  const connected = await connectSocketIo(relay.url, namespace, auth, { transports: ["websocket"] });
  if (!connected.ok) throw new Error(connected.fault.message);
  clients.push(connected.value);
  return connected.value;
}

const routes = makeRoutes({
  store: { findCommand: () => [] },
  clock: { now: () => 0, setTimer: () => () => {} },
  newId: randomUUID,
});

/** Asks, and holds every answer in JSON against what the interface says of it. */
async function call(
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: string } = {},
  token = relay.tokens.dashboard,
) {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(`${relay.url}/api/v1${path}`, { ...init, method, headers });
  if (response.headers.get("content-type") !== "application/json") return { response, body: undefined };
  const body: unknown = await response.json();
  const pattern = path.replace(/\?.*/, "").replaceAll(/(?<=devices\/|commands\/)[^/]+/g, "{id}");
  const route = routes.find(
    (one) => one.method === method && one.path.replace(/\{\w+\}/, "{id}") === pattern,
  );
  expect(body).toEqual(v.parse(route?.answers[response.status]?.schema ?? fault, body));
  return { response, body };
}

function post(body: unknown, query = "") {
  const headers = { "content-type": "application/json" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return call("POST", `/commands${query}`, { headers, body: text });
}

const tap = { command_type: "tap", device_id: deviceA, params: { x: 1, y: 2 } };

async function delivered(count = 1) {
  await eventually(() => expect(worker.all("command:send")).toHaveLength(count));
  return v.parse(commandDeliver, worker.last("command:send"));
}

async function finish(fields: object, count = 1): Promise<void> {
  const { command_id, device_id } = await delivered(count);
  worker.send("command:ack", { command_id, device_id, ...fields });
}

describe("[W4] a request to the API", () => {
  test("acts with its token's rights, and is let in by nothing else", async () => {
    for (const token of ["wrong", relay.tokens.worker]) {
      const { response, body } = await call("GET", "/devices", {}, token);
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(body).toMatchObject({ code: "AUTH_FAILED" });
    }
    const without = await fetch(`${relay.url}/api/v1/devices?token=${relay.tokens.dashboard}`);
    expect(without.status).toBe(401);
    expect((await call("GET", "/devices")).response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("of a viewer may look and do nothing, for the reason a dashboard is told", async () => {
    const credentials = openCredentials(join(dataDir, "credentials.db"), systemClock);
    const viewer = credentials.create({ kind: "operator", name: "vera", role: "viewer" }, "tester");
    credentials.close();
    const token = viewer.ok ? viewer.value.secret : "";
    expect((await call("GET", "/devices", {}, token)).response.status).toBe(200);
    const headers = { "content-type": "application/json" };
    const refused = await call("POST", "/commands", { headers, body: JSON.stringify(tap) }, token);
    expect([refused.response.status, refused.body]).toMatchObject([
      403,
      { code: "FORBIDDEN", details: { least_role: "operator" } },
    ]);
    expect((await call("GET", `/devices/${deviceA}/screenshot`, {}, token)).response.status).toBe(403);
  });

  test("is heard of by no dashboard and counted as none", async () => {
    const dashboard = await connect("/dashboard", { type: "dashboard", token: relay.tokens.dashboard });
    await dashboard.request("device:list");
    dashboard.forget();
    await call("GET", "/devices");
    const metrics = await (await fetch(`${relay.url}/metrics`)).text();
    expect(metrics).toContain("tabfarm_dashboards_connected 1\n");
    expect(dashboard.received).toEqual([]);
  });

  test("that is not as the interface says is refused with the reason", async () => {
    const wrong: [number, () => Promise<{ response: Response }>][] = [
      [404, () => call("GET", "/nothing")],
      [404, () => call("GET", "/devices/not-a-uuid")],
      [405, () => call("DELETE", "/devices")],
      [400, () => call("GET", "/devices?stauts=idle")],
      [400, () => call("GET", "/devices?status=broken")],
      [415, () => call("POST", "/commands", { body: JSON.stringify(tap) })],
      [400, () => post("{")],
      [413, () => post({ ...tap, junk: "x".repeat(600_000) })],
      [400, () => post({ ...tap, params: {} })],
      [400, () => post([])],
      [400, () => post(tap, "?wait_seconds=131")],
      [400, () => post(tap, "?wait_seconds=soon")],
    ];
    const statuses: number[] = [];
    for (const [, ask] of wrong) statuses.push((await ask()).response.status);
    expect(statuses).toEqual(wrong.map(([status]) => status));
    expect(worker.all("command:send")).toEqual([]);
  });
});

describe("[W4] where time stands still, a request to the API", { timeout: 30_000 }, () => {
  let clock: ManualClock;
  beforeEach(async () => {
    await relay.close();
    clock = makeManualClock();
    relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir, clock });
  });

  test("over a limit is told when to come again", async () => {
    worker = await connect("/worker", { type: "worker", token: relay.tokens.worker, pc_id: "desk-1" });
    await worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
    let answer = await post(tap, "?wait_seconds=0");
    for (let count = 0; count < 30 && answer.response.status === 202; count += 1) {
      answer = await post(tap, "?wait_seconds=0");
    }
    expect([answer.response.status, answer.response.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(answer.body).toMatchObject({ code: "RATE_LIMITED", details: { retry_after_ms: 100 } });
  });

  test("is one of 500 at once from its address, and of one more every 10 ms", async () => {
    const ask = async () => (await fetch(`${relay.url}/api/v1/devices`)).status;
    for (let count = 0; count < 500; count += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, ask));
      expect(new Set(statuses)).toEqual(new Set([401]));
    }
    expect(await ask()).toBe(429);
    clock.advance(10);
    expect([await ask(), await ask()]).toEqual([401, 429]);
  });
});

test("[W4] the README's curl is one that works", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, header = "", url = ""] = /curl -H "(.*?)" (http\S+?)`/.exec(readme) ?? [];
  const [name = "", value = ""] = header.replace("$TOKEN", relay.tokens.dashboard).split(": ");
  const response = await fetch(url.replace("http://localhost:8787", relay.url), {
    headers: { [name]: value },
  });
  expect(await response.json()).toMatchObject({ devices: [{ device_id: deviceA }, { device_id: deviceB }] });
});

describe("[W5] devices", () => {
  test("are listed, all or those asked for", async () => {
    const ids = async (query: string) => {
      const { body } = await call("GET", `/devices${query}`);
      return v.parse(v.object({ devices: v.array(v.object({ device_id: v.string() })) }), body).devices
        .length;
    };
    expect(await ids("")).toBe(2);
    expect(await ids("?status=idle")).toBe(1);
    expect(await ids("?pc_id=desk-1&status=offline")).toBe(1);
    expect(await ids("?pc_id=desk-2")).toBe(0);
  });

  test("are told one by one, and an unknown one is not found", async () => {
    expect((await call("GET", `/devices/${deviceB}`)).body).toMatchObject({ serial_number: serialB });
    const unknown = await call("GET", `/devices/${strangeDevice}`);
    expect([unknown.response.status, unknown.body]).toMatchObject([404, { code: "DEVICE_NOT_FOUND" }]);
  });

  test("give their screen as a picture, or the reason why not", async () => {
    const png = Buffer.from("the picture");
    const shown = call("GET", `/devices/${deviceA}/screenshot`);
    const result = { mime: "image/png", base64: png.toString("base64"), width: 1, height: 2 };
    await finish({ status: "completed", result });
    const { response } = await shown;
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);

    const failing = call("GET", `/devices/${deviceA}/screenshot`);
    await finish({ status: "failed", error: "WORKER_OFFLINE: it was unplugged" }, 2);
    expect((await failing).response.status).toBe(503);
    const slow = await call("GET", `/devices/${deviceA}/screenshot?wait_seconds=0`);
    expect([slow.response.status, slow.body]).toMatchObject([504, { code: "COMMAND_TIMEOUT" }]);
  });
});

describe("[W6] a command", () => {
  test("is answered when all its targets have ended", async () => {
    const ran = post({ ...tap, command_type: "shell", params: { shellCommand: "id" } });
    const result = { stdout: "root", stderr: "", exit_code: 0 };
    await finish({ status: "executing" });
    await finish({ status: "completed", result });
    const { response, body } = await ran;
    expect(response.status).toBe(200);
    const { command_id } = await delivered();
    expect(body).toEqual({ command_id, targets: [{ device_id: deviceA, status: "completed", result }] });
  });

  test("that fails on one of its targets is answered too, each by itself", async () => {
    const command = { ...tap, device_id: undefined, broadcast: true };
    const ran = post({ ...command, broadcast_device_ids: [deviceA, strangeDevice] });
    await finish({ status: "completed" });
    const { response, body } = await ran;
    expect([response.status, body]).toMatchObject([
      200,
      {
        targets: [
          { device_id: deviceA, status: "completed" },
          { device_id: strangeDevice, status: "failed", error: expect.stringMatching(/^DEVICE_NOT_FOUND/) },
        ],
      },
    ]);
  });

  test("that takes longer than one waits is told as it is, goes on, and can be asked for", async () => {
    const command_id = randomUUID();
    const early = await post({ ...tap, command_id }, "?wait_seconds=0");
    expect([early.response.status, early.body]).toEqual([
      202,
      { command_id, targets: [{ device_id: deviceA, status: "accepted" }] },
    ]);
    const asked = await call("GET", `/commands/${command_id}`);
    expect([asked.response.status, asked.body]).toEqual([202, early.body]);
    await finish({ status: "completed" });
    await eventually(async () => {
      const { response, body } = await call("GET", `/commands/${command_id}`);
      expect([response.status, body]).toMatchObject([200, { targets: [{ status: "completed" }] }]);
    });
  });

  test("is not executed again under the same id, and answered alike", async () => {
    const command_id = randomUUID();
    const first = post({ ...tap, command_id });
    await finish({ status: "completed" });
    const again = await post({ ...tap, command_id });
    expect([again.response.status, again.body]).toEqual([200, (await first).body]);
    expect(worker.all("command:send")).toHaveLength(1);
  });

  test("is heard of to its end by who sent it, although others ask meanwhile", async () => {
    const command_id = randomUUID();
    const ran = post({ ...tap, command_id });
    await delivered();
    expect((await call("GET", `/commands/${command_id}`)).response.status).toBe(202);
    await finish({ status: "completed" });
    expect((await ran).response.status).toBe(200);
  });

  test("that nobody sent is not found", async () => {
    expect((await call("GET", `/commands/${randomUUID()}`)).response.status).toBe(404);
  });

  test("for an unknown device is not found either", async () => {
    const { response, body } = await post({ ...tap, device_id: strangeDevice });
    expect([response.status, body]).toMatchObject([404, { code: "DEVICE_NOT_FOUND" }]);
  });
});

test("[W7] the OpenAPI document is one, needs no token, and has every route", async () => {
  const response = await fetch(`${relay.url}/api/v1/openapi.json`);
  const text = await response.text();
  const document: unknown = JSON.parse(text);
  const validator = new Validator();
  expect(await validator.validate(text)).toMatchObject({ valid: true });
  expect(validator.version).toBe("3.1");
  const { paths } = v.parse(
    v.object({ paths: v.record(v.string(), v.record(v.string(), v.unknown())) }),
    document,
  );
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
});
