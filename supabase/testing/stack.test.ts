import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { deviceRow } from "./device-row.ts";
import { clientOf, farm, seedFarm } from "./farm.ts";
import { requireMigrations } from "./places.ts";
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
  return clientOf(stack, key);
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

const device = (change?: object) => deviceRow(farm, change);

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

test("a project that lacks a migration is not tested, and whoever asks is told what to do", async () => {
  await requireMigrations(stack.url, relay);
  await stack.sql`alter function farm_snapshot rename to another`;
  await expect(requireMigrations(stack.url, relay)).rejects.toThrow("supabase db push");
  await stack.sql`alter function another rename to farm_snapshot`;
});
