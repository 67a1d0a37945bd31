import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Role } from "../../protocol/role.ts";
import type { TestClient } from "../testing/test-client.ts";
import { makeTestFarm, type TestFarm } from "../testing/test-farm.ts";

const hs256Secret = "a secret of at least thirty-two characters";
const [ann, ben] = ["11111111-2222-4333-8444-000000000001", "11111111-2222-4333-8444-000000000002"];

let farm: TestFarm;
/** The table, undefined while nobody can be asked. */
let members: Map<string, Role> | undefined;
let asked: string[][];

beforeEach(() => {
  members = new Map([[ann, "operator"]]);
  asked = [];
  farm = makeTestFarm({
    jwt: { hs256Secret },
    async readMembers(ids) {
      asked.push([...ids]);
      if (members === undefined) throw new Error("503");
      return members;
    },
  });
});
afterEach(() => farm.close());

function tokenOf(sub: string, claims: object = {}): Promise<string> {
  const exp = farm.clock.now() / 1000 + 3600;
  return new SignJWT({ email: "ann@farm.example", ...claims, sub, exp })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(hs256Secret));
}

async function tryConnect(sub: string, claims?: object) {
  return farm.tryConnect("/dashboard", { type: "dashboard", token: await tokenOf(sub, claims) });
}

async function connect(sub: string): Promise<TestClient> {
  const client = await tryConnect(sub);
  if ("code" in client) throw new Error(client.message);
  return client;
}

/** Lets time pass and what it starts come to its end. */
async function pass(durationMs: number): Promise<void> {
  for (let gone = 0; gone < durationMs; gone += 1000) {
    farm.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("[U5] a person who signed in with Supabase", () => {
  test("has the role that the farm's members have, whatever the token says", async () => {
    const client = await tryConnect(ann, { app_metadata: { tabfarm_role: "admin" } });
    expect(client).not.toHaveProperty("code");
    expect("code" in client || (await client.request("device:list"))).toMatchObject({
      actor: "ann@farm.example",
      role: "operator",
    });
  });

  test("is refused when it is none of them, and told by whom that is decided", async () => {
    expect(await tryConnect(ben, { app_metadata: { tabfarm_role: "admin" } })).toMatchObject({
      code: "AUTH_FAILED",
      message: expect.stringMatching(/no member of this farm.*Supabase/),
      details: { reason: "member" },
    });
  });

  test("renews its token without a new connection", async () => {
    const client = await connect(ann);
    expect(await client.request("auth:renew", { token: await tokenOf(ann) })).toEqual({ ok: true });
    expect(await client.request("auth:renew", { token: await tokenOf(ben) })).toMatchObject({ ok: false });
    expect(client.isClosed()).toBe(false);
  });

  test("is asked for once by many connections", async () => {
    for (let count = 0; count < 10; count += 1) await connect(ann);
    expect(asked).toEqual([[ann]]);
  });
});

describe("[U6] whose membership changes", () => {
  test("has the other role within half a minute, on the same connection", async () => {
    const client = await connect(ann);
    members?.set(ann, "viewer");
    await pass(30_000);
    expect(await client.request("device:list")).toMatchObject({ role: "viewer" });
  });

  test("is out within half a minute when it is taken away", async () => {
    const [first, second] = [await connect(ann), await connect(ann)];
    members?.clear();
    await pass(25_000);
    // Also asked for at the door meanwhile, which must not hide the change from those who are in.
    expect(await tryConnect(ann)).toMatchObject({ details: { reason: "member" } });
    await pass(5000);
    expect([first.isClosed(), second.isClosed()]).toEqual([true, true]);
  });

  test("stays while Supabase is away, comes back for ten minutes, and strangers wait", async () => {
    const client = await connect(ann);
    members = undefined;
    await pass(300_000);
    expect(client.isClosed()).toBe(false);
    expect(await tryConnect(ann)).not.toHaveProperty("code");
    expect(await tryConnect(ben)).toMatchObject({
      code: "INTERNAL",
      message: expect.stringMatching(/try again/),
    });
    expect(farm.logLines.filter((line) => line.includes("does not say"))).toHaveLength(1);
    await pass(400_000);
    expect(await tryConnect(ann)).toMatchObject({ code: "INTERNAL" });
    expect(client.isClosed()).toBe(false);
  });
});
