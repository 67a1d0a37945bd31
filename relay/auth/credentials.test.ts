import { mkdtempSync, rmSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import { deviceA, heartbeatOf, makeTestFarm, phone, serialA, type TestFarm } from "../testing/test-farm.ts";
import { openCredentials, type Credentials } from "./credentials.ts";

/** The farm reads the file; `terminal` is another process that writes it. */
let folder: string;
let farm: TestFarm;
let terminal: Credentials;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-credentials-"));
  farm = makeTestFarm(files());
  terminal = openCredentials(files().credentialsPath, farm.clock);
});
afterEach(() => {
  terminal.close();
  farm.close();
  rmSync(folder, { recursive: true });
});

function files() {
  return { storePath: join(folder, "relay.db"), credentialsPath: join(folder, "credentials.db") };
}
function operator(name: string, role: "viewer" | "operator" | "admin" = "operator", expiresAtMs?: number) {
  const created = terminal.create({ kind: "operator", name, role }, "tabfarm root", expiresAtMs);
  if (!created.ok) throw new Error(created.fault.message);
  const { credential, secret } = created.value;
  return { id: credential.id, secret, auth: { type: "dashboard", token: secret } };
}
function workerKey(pcId: string, expiresAtMs?: number) {
  const created = terminal.create({ kind: "worker-key", pcId }, "tabfarm root", expiresAtMs);
  if (!created.ok) throw new Error(created.fault.message);
  const { credential, secret } = created.value;
  return { id: credential.id, secret, auth: { type: "worker", token: secret, pc_id: pcId } };
}
const rows = (event: string) => farm.store.listAuditEvents(1000).filter((row) => row.event === event);
const noteTime = () => farm.clock.advance(1000);

describe("[A3] a worker key", () => {
  test("lets its own PC in, on both namespaces, and no other", async () => {
    const { auth, secret } = workerKey("desk-1");
    expect(secret).toMatch(/^tfw_[\w-]{43}$/);
    await farm.connect("/worker", auth);
    await farm.connect("/stream", auth);
    expect(await farm.tryConnect("/worker", { ...auth, pc_id: "desk-2" })).toEqual({
      code: "AUTH_FAILED",
      message: "this worker key is for desk-1, not for desk-2",
    });
    expect(await farm.tryConnect("/dashboard", { type: "dashboard", token: secret })).toMatchObject({
      code: "AUTH_FAILED",
    });
  });
});

describe("[A3] an operator token", () => {
  test("gives its name and role", async () => {
    const { auth, secret } = operator("anna", "viewer");
    expect(secret).toMatch(/^tfo_[\w-]{43}$/);
    const anna = await farm.connect("/dashboard", auth);
    expect(await anna.request("device:list")).toMatchObject({ actor: "anna", role: "viewer" });
    expect(rows("device:list")).toMatchObject([{ actor: "anna" }]);
    expect(await farm.tryConnect("/worker", { ...auth, type: "worker", pc_id: "desk-1" })).toMatchObject({
      code: "AUTH_FAILED",
    });
  });

  test("has a name that no living operator has, and that looks like nobody else's", () => {
    const { id } = operator("anna", "viewer", farm.clock.now() + 1000);
    expect(terminal.create({ kind: "operator", name: "anna", role: "admin" }, "x")).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining(id) },
    });
    farm.clock.advance(1000);
    expect(operator("anna").id).not.toBe(id);
    for (const name of [
      "worker desk-1",
      "Tabfarm root",
      "dashboard",
      "",
      " anna",
      "an\nna",
      "x".repeat(129),
    ]) {
      expect(terminal.create({ kind: "operator", name, role: "admin" }, "x")).toMatchObject({ ok: false });
    }
  });

  test("is kept as its digest only", () => {
    const { secret } = operator("anna");
    terminal.close();
    farm.close();
    for (const file of Object.values(files())) {
      expect(readFileSync(file).includes(secret.slice(4))).toBe(false);
    }
    farm = makeTestFarm(files());
    terminal = openCredentials(files().credentialsPath, farm.clock);
    expect(terminal.findBySecret(secret)).toMatchObject({ name: "anna" });
  });
});

describe("[A5] what lets a client in is enforced while it is connected", () => {
  test("a revoked one is told and closed on every namespace, and is not let in again", async () => {
    const { auth, id } = operator("anna");
    const key = workerKey("desk-1");
    const annas = [await farm.connect("/dashboard", auth), await farm.connect("/stream", auth)];
    const desk = await farm.connect("/worker", key.auth);
    terminal.revoke("operator", id, "tabfarm root");
    noteTime();
    for (const client of annas) {
      expect(client.errors()).toMatchObject([
        { code: "AUTH_FAILED", message: expect.stringMatching(/revoked/) },
      ]);
      expect(client.isClosed()).toBe(true);
    }
    expect(desk.isClosed()).toBe(false);
    expect(await farm.tryConnect("/dashboard", auth)).toMatchObject({ code: "AUTH_FAILED" });
    terminal.revoke("worker-key", key.id, "tabfarm root");
    noteTime();
    expect(desk.errors()).toMatchObject([{ code: "AUTH_FAILED" }]);
    expect(desk.isClosed()).toBe(true);
  });

  test("one whose time is over too", async () => {
    const hourMs = 3_600_000;
    const { auth } = workerKey("desk-1", farm.clock.now() + hourMs);
    const desk = await farm.connect("/worker", auth);
    farm.clock.advance(hourMs - 1000);
    expect(desk.isClosed()).toBe(false);
    farm.clock.advance(1000);
    expect(desk.errors()).toMatchObject([{ code: "AUTH_FAILED", message: expect.stringMatching(/expired/) }]);
    expect(desk.isClosed()).toBe(true);
    expect(await farm.tryConnect("/worker", auth)).toMatchObject({
      message: expect.stringMatching(/expired/),
    });
  });

  test("auth:renew puts a newer token in its place, on the connection that sends it", async () => {
    const soon = farm.clock.now() + 10_000;
    const { auth } = workerKey("desk-1", soon);
    const desk = await farm.connect("/worker", auth);
    const stream = await farm.connect("/stream", auth);
    expect(await desk.request("auth:renew", { token: workerKey("desk-1").secret })).toEqual({ ok: true });
    farm.clock.advance(10_000);
    expect([desk.isClosed(), stream.isClosed()]).toEqual([false, true]);
    expect(rows("auth:renew")).toMatchObject([{ actor: "worker desk-1", outcome: "ok" }]);
  });

  test("auth:renew with a token of another, or a wrong one, is refused and changes nothing", async () => {
    const desk = await farm.connect("/worker", workerKey("desk-1").auth);
    const anna = await farm.connect("/dashboard", operator("anna", "viewer").auth);
    const { secret } = operator("ben", "admin");
    expect(await anna.request("auth:renew", { token: secret })).toMatchObject({
      fault: { code: "FORBIDDEN" },
    });
    for (const token of [workerKey("desk-2").secret, secret, "wrong"]) {
      expect(await desk.request("auth:renew", { token })).toMatchObject({ fault: { code: "AUTH_FAILED" } });
    }
    expect(await anna.request("device:list")).toMatchObject({ actor: "anna", role: "viewer" });
  });

  test("the role of the newer token counts at once", async () => {
    const desk = await farm.connect("/worker", workerKey("desk-1").auth);
    desk.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    const first = operator("anna", "viewer");
    const anna = await farm.connect("/dashboard", first.auth);
    const take = () => anna.request("lease:take", { device_id: deviceA });
    expect(await take()).toMatchObject({ fault: { code: "FORBIDDEN" } });
    terminal.revoke("operator", first.id, "tabfarm root");
    expect(await anna.request("auth:renew", { token: operator("anna", "operator").secret })).toEqual({
      ok: true,
    });
    noteTime();
    expect(anna.isClosed()).toBe(false);
    expect(await take()).toMatchObject({ ok: true });
  });
});

describe("[A6] wrong tokens from one address", () => {
  const wrong = { type: "dashboard", token: "wrong" };
  async function guess(count: number, address?: string): Promise<string[]> {
    const codes: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const answer = await farm.tryConnect("/dashboard", wrong, address);
      codes.push("code" in answer ? answer.code : "in");
    }
    return codes;
  }

  test("are limited, and then a right one is not looked at either, until there is room again", async () => {
    const { auth } = operator("anna");
    expect(await guess(21)).toEqual([...Array.from({ length: 20 }, () => "AUTH_FAILED"), "RATE_LIMITED"]);
    expect(await farm.tryConnect("/dashboard", auth)).toMatchObject({ code: "RATE_LIMITED" });
    expect(await farm.tryConnect("/dashboard", auth, "192.0.2.2")).not.toHaveProperty("code");
    farm.clock.advance(3000);
    expect(await farm.tryConnect("/dashboard", auth)).not.toHaveProperty("code");
    expect(await guess(2)).toEqual(["AUTH_FAILED", "RATE_LIMITED"]);
  });

  test("are counted for auth:renew too", async () => {
    const anna = await farm.connect("/dashboard", operator("anna").auth);
    for (let index = 0; index < 20; index += 1) await anna.request("auth:renew", { token: "wrong" });
    expect(await anna.request("auth:renew", { token: "wrong" })).toMatchObject({
      fault: { code: "RATE_LIMITED" },
    });
    expect(await guess(1)).toEqual(["RATE_LIMITED"]);
  });

  test("fill no log", async () => {
    await guess(200);
    expect(farm.logLines.filter((line) => line.startsWith("refused"))).toHaveLength(20);
  });

  test("do not count what is right, or was", async () => {
    const { auth, id } = operator("anna");
    for (let index = 0; index < 30; index += 1) (await farm.connect("/dashboard", auth)).close();
    terminal.revoke("operator", id, "tabfarm root");
    for (let index = 0; index < 30; index += 1) {
      expect(await farm.tryConnect("/dashboard", auth)).toMatchObject({ code: "AUTH_FAILED" });
    }
  });

  test("of a whole /64 of IPv6 are one address's", async () => {
    for (let host = 1; host <= 20; host += 1) await guess(1, `2001:db8::${host}`);
    expect(await guess(1, "2001:db8::ffff")).toEqual(["RATE_LIMITED"]);
    expect(await guess(1, "2001:db8:0:1::1")).toEqual(["AUTH_FAILED"]);
  });
});

describe("[A7] what is done to keys and tokens", () => {
  test("is in the trail once, with who did it, whether the relay runs or not", async () => {
    const { id } = operator("anna", "admin");
    noteTime();
    farm.close();
    terminal.revoke("operator", id, "tabfarm root");
    const key = workerKey("desk-1", farm.clock.now() + 86_400_000);
    for (let restart = 0; restart < 2; restart += 1) {
      farm = makeTestFarm({ ...files(), clock: farm.clock });
      noteTime();
      if (restart === 0) farm.close();
    }
    expect(rows("credential:create")).toMatchObject([
      { actor: "tabfarm root", details: { id: key.id, kind: "worker-key", pc_id: "desk-1" } },
      { actor: "tabfarm root", details: { id, kind: "operator", name: "anna", role: "admin" } },
    ]);
    expect(rows("credential:revoke")).toMatchObject([{ actor: "tabfarm root", details: { id } }]);
    expect(JSON.stringify(farm.store.listAuditEvents(100))).not.toContain(key.secret.slice(4));
  });

  test("ends the leases of a person who has no token left, and of nobody else", async () => {
    const desk = await farm.connect("/worker", workerKey("desk-1").auth);
    desk.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    const admin: TestClient = await farm.dashboard();
    const first = operator("anna");
    const anna = await farm.connect("/dashboard", first.auth);
    await anna.request("lease:take", { device_id: deviceA });
    terminal.revoke("operator", first.id, "tabfarm root");
    const second = operator("anna");
    noteTime();
    expect(admin.last("lease:changed")).toMatchObject({ change: "taken" });
    terminal.revoke("operator", second.id, "tabfarm root");
    noteTime();
    expect(admin.last("lease:changed")).toEqual({ device_id: deviceA, change: "dropped" });
  });
});
