import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { farm, seedFarm } from "./farm.ts";
import { startStack, type Stack } from "./start-stack.ts";

let stack: Stack;
let relay: SupabaseClient;

beforeAll(async () => {
  stack = await startStack({ redirectUrls: ["http://127.0.0.1:8787/**"] });
  await seedFarm(stack);
  relay = client(stack.secretKey);
});
afterAll(() => stack.close());
afterEach(() => stack.disturb());

function client(key = stack.publishableKey): SupabaseClient {
  return createClient(stack.url, key, { auth: { persistSession: false, autoRefreshToken: false } });
}

async function signedIn(name: string): Promise<SupabaseClient> {
  const person = client();
  const { error } = await person.auth.signInWithPassword({
    email: `${name}@farm.example`,
    password: "password",
  });
  if (error !== null) throw error;
  return person;
}

function device(change: object = {}) {
  return {
    farm_id: farm,
    device_id: randomUUID(),
    serial_number: "R58N123",
    pc_id: "desk-1",
    status: "idle",
    health_status: "healthy",
    ...change,
  };
}

test("a person's token is ES256, verified by the JWKS, and says who issued it", async () => {
  const person = await signedIn("viewer");
  const { data } = await person.auth.getSession();
  const keys = createRemoteJWKSet(new URL(`${stack.url}/auth/v1/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(data.session?.access_token ?? "", keys, {
    issuer: `${stack.url}/auth/v1`,
    audience: "authenticated",
    algorithms: ["ES256"],
  });
  expect(protectedHeader.kid).toBeTypeOf("string");
  expect(payload).toMatchObject({
    role: "authenticated",
    email: "viewer@farm.example",
    app_metadata: { provider: "email" },
  });
  expect((await person.auth.getUser()).data.user?.id).toBe(payload.sub);
});

test("a refresh token gives a new token once, and a wrong password none", async () => {
  const person = await signedIn("viewer");
  const before = (await person.auth.getSession()).data.session;
  const { data } = await person.auth.refreshSession();
  expect(data.session?.refresh_token).not.toBe(before?.refresh_token);
  expect((await person.auth.getUser()).data.user?.email).toBe("viewer@farm.example");
  const wrong = await client().auth.signInWithPassword({ email: "viewer@farm.example", password: "wrong" });
  expect(wrong.error?.code).toBe("invalid_credentials");
});

test("a magic link leads back with tokens that hold", async () => {
  const person = client();
  const page = "http://127.0.0.1:8787/dashboard";
  const { error } = await person.auth.signInWithOtp({
    email: "viewer@farm.example",
    options: { emailRedirectTo: page },
  });
  expect(error).toBeNull();
  const link = /https?:\/\/\S+/.exec(stack.mailsTo("viewer@farm.example").at(-1)?.text ?? "")?.[0];
  expect(link).toContain(stack.url);
  const answer = await fetch(link ?? "", { redirect: "manual" });
  const [back, fragment] = (answer.headers.get("location") ?? "").split("#");
  expect(back).toBe(page);
  const fields = new URLSearchParams(fragment);
  const { data } = await person.auth.setSession({
    access_token: fields.get("access_token") ?? "",
    refresh_token: fields.get("refresh_token") ?? "",
  });
  expect(data.user?.email).toBe("viewer@farm.example");
});

test("a page that sent a challenge gets a code for its tokens, which is good once", async () => {
  const page = "http://127.0.0.1:8787/dashboard?wall=1";
  const person = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, flowType: "pkce" },
  });
  await person.auth.signInWithOtp({
    email: "operator@farm.example",
    options: { emailRedirectTo: page, shouldCreateUser: false },
  });
  const link = /https?:\/\/\S+/.exec(stack.mailsTo("operator@farm.example").at(-1)?.text ?? "")?.[0];
  const answer = await fetch(link ?? "", { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  const code = back.searchParams.get("code") ?? "";
  expect(back.href).toBe(`${page}&code=${code}`);
  const { data } = await person.auth.exchangeCodeForSession(code);
  expect(data.user?.email).toBe("operator@farm.example");
  expect((await person.from("farms").select("name")).data).toEqual([{ name: "Farm" }]);
  expect((await client().auth.exchangeCodeForSession(code)).error).not.toBeNull();
});

test("the secret key makes, lists and removes people, and the publishable one does not", async () => {
  const made = await relay.auth.admin.createUser({
    email: "new@farm.example",
    password: "password",
    email_confirm: true,
    app_metadata: { tabfarm_role: "viewer" },
  });
  expect(made.data.user).toMatchObject({
    email: "new@farm.example",
    app_metadata: { tabfarm_role: "viewer" },
  });
  const { data } = await relay.auth.admin.listUsers();
  expect(data.users.map(({ email }) => email)).toContain("new@farm.example");
  await relay.auth.admin.deleteUser(made.data.user?.id ?? "");
  expect((await relay.auth.admin.getUserById(made.data.user?.id ?? "")).error).not.toBeNull();
  expect((await client().auth.admin.createUser({ email: "x@farm.example" })).error).not.toBeNull();
});

test("REST runs as who asks: policies and grants are the database's", async () => {
  const one = device();
  await relay.from("devices").upsert({ ...one, version: 5 }, { onConflict: "farm_id,device_id" });
  const viewer = await signedIn("viewer");
  expect((await viewer.from("devices").select("device_id").eq("device_id", one.device_id)).data).toHaveLength(
    1,
  );
  expect((await viewer.from("audit_events").select("sequence")).data).toEqual([]);
  const refused = await viewer.from("devices").insert(device());
  expect([refused.status, refused.error?.code]).toEqual([403, "42501"]);
  const stranger = await signedIn("stranger");
  expect((await stranger.from("devices").select("device_id")).data).toEqual([]);
  expect((await client().from("devices").select("device_id")).error?.code).toBe("42501");
});

test("a worker upserts its own devices, and cannot choose a version", async () => {
  const worker = await signedIn("worker");
  const condition = { model: "Pixel 9", problem: { code: "SLOW" } };
  const one = device({ condition });
  const written = await worker
    .from("devices")
    .upsert([one, device({ serial_number: "R58N124", condition: {} })], { onConflict: "farm_id,device_id" })
    .select("device_id,version,reported_by,condition");
  expect(written.data).toHaveLength(2);
  expect(written.data?.[0]).toMatchObject({ reported_by: "worker", condition });
  const chosen = await worker
    .from("devices")
    .upsert({ ...one, version: 9e15 }, { onConflict: "farm_id,device_id" });
  expect(chosen.error?.code).toBe("42501");
  const { error } = await worker.from("workers").update({ last_seen_at: "2001-01-01" }).eq("pc_id", "desk-1");
  expect(error).toBeNull();
});

test("a relay's late write is ignored, and the row's version can be read", async () => {
  const one = device();
  const save = (version: number) =>
    relay
      .from("devices")
      .upsert({ ...one, version }, { onConflict: "farm_id,device_id" })
      .select("version");
  expect((await save(7)).data).toEqual([{ version: 7 }]);
  expect((await save(6)).data).toEqual([]);
  expect((await relay.from("devices").select("version").eq("device_id", one.device_id)).data).toEqual([
    { version: 7 },
  ]);
});

test("audit rows that are sent twice are there once, in the bytes that were hashed", async () => {
  const details = String.raw`{"b":1,"a":[1.0,1e21],"b":"\u0000 \ud83d\udcf1 é"}`;
  const rows = Array.from({ length: 500 }, (_, index) => ({
    farm_id: farm,
    sequence: index + 1,
    event_id: randomUUID(),
    at: new Date().toISOString(),
    actor: "anna",
    address: "::1",
    event: "command:send",
    device_id: null,
    outcome: "accepted",
    details,
    hash: "ab".repeat(32),
  }));
  const send = () =>
    relay.from("audit_events").upsert(rows, { onConflict: "event_id,at", ignoreDuplicates: true });
  expect((await send()).error).toBeNull();
  expect((await send()).error).toBeNull();
  const admin = await signedIn("admin");
  const read = await admin.from("audit_events").select("details,at").order("sequence").limit(1000);
  expect(read.data).toHaveLength(500);
  expect(read.data?.[0]?.details).toBe(details);
  expect((await relay.rpc("make_audit_partitions")).data).toBe(0);
});

test("a snapshot is one call for a member, and null for everybody else", async () => {
  const viewer = await signedIn("viewer");
  const { data } = await viewer.rpc("farm_snapshot", { farm });
  expect(data).toMatchObject({ workers: [{ pc_id: "desk-1" }, { pc_id: "desk-2" }] });
  expect((await (await signedIn("stranger")).rpc("farm_snapshot", { farm })).data).toBeNull();
});

test("Postgres that is stopped is 503, and what was there is there when it is back, at the same URL", async () => {
  const one = device();
  await relay.from("devices").upsert({ ...one, version: 1 }, { onConflict: "farm_id,device_id" });
  const person = await signedIn("viewer");
  await stack.postgres.stop();
  expect((await relay.from("devices").select("version").retry(false)).status).toBe(503);
  await stack.postgres.start();
  await expect
    .poll(async () => (await person.from("devices").select("version").eq("device_id", one.device_id)).data)
    .toEqual([{ version: 1 }]);
  expect(
    (await client().auth.signInWithPassword({ email: "viewer@farm.example", password: "password" })).error,
  ).toBeNull();
});

test("on demand it refuses, is slow, loses answers, or is not there at all", async () => {
  const read = () => relay.from("devices").select("version").limit(1).retry(false);
  stack.disturb({ status: 429, headers: { "retry-after": "1" }, only: /^GET \/rest/ });
  expect((await read()).status).toBe(429);
  expect((await relay.from("groups").insert({ farm_id: farm, name: "disturbed" })).status).toBe(201);
  stack.disturb({ delayMs: 300 });
  const started = performance.now();
  await read();
  expect(performance.now() - started).toBeGreaterThan(290);
  stack.disturb({ losesAnswers: true });
  expect((await relay.from("groups").insert({ farm_id: farm, name: "lost" })).status).toBe(0);
  stack.disturb();
  expect((await relay.from("groups").select("name").eq("name", "lost")).data).toHaveLength(1);
  await stack.unplug();
  expect((await read()).status).toBe(0);
  await stack.plugIn();
  expect((await read()).status).toBe(200);
});
