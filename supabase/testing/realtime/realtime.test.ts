import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { farm, seedFarm } from "../farm.ts";
import { startStack, type Stack } from "../start-stack.ts";

/** Plain supabase-js against the double, so what is learnt of the client here holds on a hosted project. */

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

interface Heard {
  event: string;
  payload: { devices: { device_id: string; version: number }[]; text?: string };
}

function clientOf(vsn: string, key = stack.publishableKey, { url } = stack): SupabaseClient {
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { vsn },
  });
  clients.push(client);
  return client;
}

async function signedIn(name: string, vsn = "2.0.0", to = stack): Promise<SupabaseClient> {
  const client = clientOf(vsn, to.publishableKey, to);
  const { error } = await client.auth.signInWithPassword({
    email: `${name}@farm.example`,
    password: "password",
  });
  if (error !== null) throw error;
  return client;
}

interface Listener {
  channel: RealtimeChannel;
  heard: Heard[];
  statuses: string[];
  errors: string[];
}

function listen(client: SupabaseClient, to = topic, isPrivate = true): Listener {
  const listener: Listener = {
    channel: client.channel(to, { config: { private: isPrivate, broadcast: { self: false, ack: true } } }),
    heard: [],
    statuses: [],
    errors: [],
  };
  listener.channel
    .on("broadcast", { event: "*" }, (message) => listener.heard.push(message as unknown as Heard))
    .subscribe((status, error) => {
      listener.statuses.push(status);
      if (error !== undefined) listener.errors.push(error.message);
    });
  return listener;
}

async function joined(client: SupabaseClient, to?: string, isPrivate?: boolean): Promise<Listener> {
  const listener = listen(client, to, isPrivate);
  await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED"]);
  return listener;
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
  test("a member hears what the trigger sends for changed rows, and nobody else's farm", async () => {
    const listener = await joined(await signedIn("viewer", vsn));
    const id = randomUUID();
    await report({ device_id: id });
    await expect.poll(() => listener.heard).toHaveLength(1);
    expect(listener.heard[0]).toMatchObject({
      type: "broadcast",
      event: "devices",
      payload: { devices: [{ device_id: id, version: 7 }], removed: [] },
      meta: { id: expect.any(String) },
    });
  });

  test("a stranger, and whoever has no account, is refused with a reason", async () => {
    for (const client of [await signedIn("stranger", vsn), clientOf(vsn)]) {
      const listener = listen(client);
      await expect.poll(() => listener.errors.join()).toContain("You do not have permissions to read");
      expect(listener.statuses).toEqual(["CHANNEL_ERROR"]);
    }
  });

  test("on a public topic clients hear each other", async () => {
    const room = randomUUID();
    const [one, other] = [
      await joined(clientOf(vsn), room, false),
      await joined(clientOf(vsn === "1.0.0" ? "2.0.0" : "1.0.0"), room, false),
    ];
    expect(await one.channel.send({ type: "broadcast", event: "hello", payload: { text: "é" } })).toBe("ok");
    await expect.poll(() => other.heard).toMatchObject([{ event: "hello", payload: { text: "é" } }]);
    expect(one.heard).toEqual([]);
  });

  test("a token that runs out ends the channel with a reason", async () => {
    const listener = await joined(await signedIn("viewer", vsn, hasty));
    const said: unknown[] = [];
    listener.channel.on("system", {}, (message: unknown) => said.push(message));
    await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
    expect(said).toMatchObject([{ status: "error", message: expect.stringMatching(/^Token has expired/) }]);
    await report({}, hasty);
    expect(listener.heard).toEqual([]);
  });

  test("a token that is renewed in time keeps the channel for longer than it", async () => {
    const client = await signedIn("viewer", vsn, hasty);
    const listener = await joined(client);
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

test("a worker hears its farm and sends nothing there, an admin neither", async () => {
  const [worker, admin] = [await joined(await signedIn("worker")), await joined(await signedIn("admin"))];
  for (const { channel } of [worker, admin]) {
    void channel.send({ type: "broadcast", event: "devices", payload: { text: "lie" } });
  }
  await report();
  await expect.poll(() => [worker.heard.length, admin.heard.length]).toEqual([1, 1]);
  expect([...worker.heard, ...admin.heard].map(({ payload }) => payload.text)).toEqual([
    undefined,
    undefined,
  ]);
});

test("who is taken out of the farm is refused with the next token, not before", async () => {
  const client = await signedIn("operator");
  const listener = await joined(client);
  const [member] = await stack.sql`delete from members where role = 'operator' returning *`;
  await report();
  await expect.poll(() => listener.heard).toHaveLength(1);
  const { data } = await client.auth.refreshSession();
  await client.realtime.setAuth(data.session?.access_token ?? "");
  await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
  await stack.sql`insert into members ${stack.sql({ ...member })}`;
});

test("what a transaction takes back is not sent, and of two statements each is a message, in order", async () => {
  const listener = await joined(await signedIn("viewer"));
  const [first, second] = [randomUUID(), randomUUID()];
  await stack.sql
    .begin(async (transaction) => {
      await transaction`update devices set version = version + 1, battery_level = 1`;
      throw new Error("taken back");
    })
    .catch(() => undefined);
  await report({ device_id: first });
  await report({ device_id: second });
  await expect
    .poll(() => listener.heard.map(({ payload }) => payload.devices[0]?.device_id))
    .toEqual([first, second]);
});

test("the secret key sends by HTTP to a private topic, a person does not", async () => {
  const listener = await joined(await signedIn("viewer"));
  const viewer = (await signedIn("viewer")).channel(topic, { config: { private: true } });
  await viewer.httpSend("devices", { text: "lie" });
  const relay = clientOf("2.0.0", stack.secretKey).channel(topic, { config: { private: true } });
  await relay.httpSend("devices", { text: "truth" });
  await expect.poll(() => listener.heard).toMatchObject([{ event: "devices", payload: { text: "truth" } }]);
});

test("a batch by HTTP goes out, and one over the quota is 429", async () => {
  const room = randomUUID();
  const listener = await joined(clientOf("2.0.0"), room, false);
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
  const listener = await joined(await signedIn("viewer"));
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
  const listener = await joined(await signedIn("viewer"));
  stack.realtime.dropConnections();
  await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CHANNEL_ERROR", "SUBSCRIBED"]);
  await report();
  await expect.poll(() => listener.heard).toHaveLength(1);
});

test("who is joined hears on when Postgres was away, and who joins meanwhile is told why not", async () => {
  const listener = await joined(await signedIn("viewer"));
  const other = await signedIn("viewer");
  await stack.postgres.stop();
  const refused = listen(other);
  await expect.poll(() => refused.errors.join()).toContain("unable to connect to the project database");
  await stack.postgres.start();
  await expect
    .poll(async () => {
      await report();
      return listener.heard.length;
    })
    .toBeGreaterThan(0);
});

test("a wrong key is not let in", async () => {
  const listener = listen(clientOf("2.0.0", "sb_publishable_wrong"), "room", false);
  await expect.poll(() => listener.statuses).toContain("CHANNEL_ERROR");
});
