import type { SupabaseClient } from "@supabase/supabase-js";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { clientOf, farm, seedFarm } from "../farm.ts";
import { startStack, type Stack } from "../start-stack.ts";
import { joined, listen } from "./listener.ts";

/** Plain supabase-js against the double, in what no hosted project lets a test do to it. */

let stack: Stack;
/** Tokens of this one hold for a moment only. */
let hasty: Stack;
let clients: SupabaseClient[] = [];

beforeAll(async () => {
  [stack, hasty] = await Promise.all([
    startStack({ messagesPerSecond: 20 }),
    startStack({ tokenSeconds: 4 }),
  ]);
  await Promise.all([seedFarm(stack), seedFarm(hasty)]);
});
afterAll(() => Promise.all([stack.close(), hasty.close()]));
afterEach(async () => {
  await Promise.all(clients.map((client) => client.removeAllChannels()));
  clients = [];
});

const topic = `farm:${farm}`;

function open(vsn: string, to = stack): SupabaseClient {
  const client = clientOf(to, to.publishableKey, vsn);
  clients.push(client);
  return client;
}

async function signedIn(name: string, vsn = "2.0.0", to = stack): Promise<SupabaseClient> {
  const client = open(vsn, to);
  const { error } = await client.auth.signInWithPassword({
    email: `${name}@farm.example`,
    password: "password",
  });
  if (error !== null) throw error;
  return client;
}

function report(change: object = {}, { sql } = stack): Promise<unknown> {
  return sql`insert into devices ${sql({
    farm_id: farm,
    device_id: randomUUID(),
    serial_number: "R58N123",
    pc_id: "desk-1",
    version: 7,
    status: "idle",
    health_status: "healthy",
    ...change,
  })}`;
}

describe.each(["1.0.0", "2.0.0"])("protocol %s", (vsn) => {
  test("on a public topic clients hear each other", async () => {
    const room = randomUUID();
    const [one, other] = [
      await joined(open(vsn), room, false),
      await joined(open(vsn === "1.0.0" ? "2.0.0" : "1.0.0"), room, false),
    ];
    expect(await one.channel.send({ type: "broadcast", event: "hello", payload: { text: "é" } })).toBe("ok");
    await expect.poll(() => other.heard).toMatchObject([{ event: "hello", payload: { text: "é" } }]);
    expect(one.heard).toEqual([]);
  });

  test("a token that runs out ends the channel with a reason", async () => {
    const listener = await joined(await signedIn("viewer", vsn, hasty), topic);
    const said: unknown[] = [];
    listener.channel.on("system", {}, (message: unknown) => said.push(message));
    await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
    expect(said).toMatchObject([{ status: "error", message: expect.stringMatching(/^Token has expired/) }]);
    await report({}, hasty);
    expect(listener.heard).toEqual([]);
  });

  test("a token that is renewed in time keeps the channel for longer than it", async () => {
    const client = await signedIn("viewer", vsn, hasty);
    const listener = await joined(client, topic);
    const first = (await client.auth.getSession()).data.session?.expires_at ?? 0;
    await expect
      .poll(
        async () => {
          const { data } = await client.auth.refreshSession();
          await client.realtime.setAuth(data.session?.access_token ?? "");
          return Date.now() / 1000 > first + 1;
        },
        { interval: 1000 },
      )
      .toBe(true);
    await report({}, hasty);
    await expect.poll(() => listener.heard).toHaveLength(1);
    expect(listener.statuses).toEqual(["SUBSCRIBED"]);
  });
});

test("what a transaction takes back is not sent", async () => {
  const listener = await joined(await signedIn("viewer"), topic);
  const [first, second] = [randomUUID(), randomUUID()];
  await report({ device_id: first });
  await stack.sql
    .begin(async (transaction) => {
      await transaction`update devices set version = version + 1, battery_level = 1`;
      throw new Error("taken back");
    })
    .catch(() => undefined);
  await report({ device_id: second });
  await expect
    .poll(() => listener.heard.map(({ payload }) => payload.devices[0]?.device_id))
    .toEqual([first, second]);
});

test("a batch by HTTP goes out, and one over the quota is 429", async () => {
  const room = randomUUID();
  const listener = await joined(open("2.0.0"), room, false);
  const post = (count: number) =>
    fetch(`${stack.url}/realtime/v1/api/broadcast`, {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({
        messages: Array.from({ length: count }, () => ({ topic: room, event: "e", payload: {} })),
      }),
    });
  expect((await post(21)).status).toBe(429);
  await expect.poll(async () => (await post(2)).status).toBe(202);
  await expect.poll(() => listener.heard).toHaveLength(2);
});

test("messages of the database over the quota are dropped, and counted", async () => {
  const listener = await joined(await signedIn("viewer"), topic);
  const before = { ...stack.realtime.counts };
  const sent = 60;
  await stack.sql.begin(async (transaction) => {
    for (let index = 0; index < sent; index += 1) {
      await transaction`select realtime.send('{}', 'devices', ${topic}, true)`;
    }
  });
  const { counts } = stack.realtime;
  await expect.poll(() => counts.messages + counts.dropped - before.messages - before.dropped).toBe(sent);
  expect(counts.dropped).toBeGreaterThan(before.dropped);
  await expect.poll(() => listener.heard.length).toBe(counts.messages - before.messages);
});

test("a connection that is cut is made again by the client, which hears on", async () => {
  const listener = await joined(await signedIn("viewer"), topic);
  stack.realtime.dropConnections();
  await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CHANNEL_ERROR", "SUBSCRIBED"]);
  await report();
  await expect.poll(() => listener.heard).toHaveLength(1);
});

test("who is joined hears on when Postgres was away, and who joins meanwhile is told why not", async () => {
  const listener = await joined(await signedIn("viewer"), topic);
  const other = await signedIn("viewer");
  await stack.postgres.stop();
  const refused = listen(other, topic);
  await expect.poll(() => refused.errors.join()).toContain("unable to connect to the project database");
  await stack.postgres.start();
  await expect
    .poll(async () => {
      await report();
      return listener.heard.length;
    })
    .toBeGreaterThan(0);
});
