import type { SupabaseClient } from "@supabase/supabase-js";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { places, type TestProject } from "./testing/places.ts";
import { joined, listen, type Listener } from "./testing/realtime/listener.ts";

/** The farm's private topic, through plain supabase-js. */

describe.each(places)("on $name", ({ open }) => {
  let project: TestProject;
  let topic: string;
  let clients: SupabaseClient[] = [];

  beforeAll(async () => {
    project = await open();
    topic = `farm:${project.farmId}`;
  });
  afterAll(() => project.close());
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.removeAllChannels()));
    clients = [];
  });

  function kept(client: SupabaseClient): SupabaseClient {
    clients.push(client);
    return client;
  }

  const as = async (name: string, vsn?: string) => kept(await project.as(name, vsn));

  /** A device's row, which the trigger tells of; its id. */
  async function report(): Promise<string> {
    const id = randomUUID();
    const { error } = await project.relay.from("devices").insert({
      farm_id: project.farmId,
      device_id: id,
      serial_number: "R58N123",
      pc_id: "desk-1",
      version: 7,
      status: "idle",
      health_status: "healthy",
    });
    expect(error).toBeNull();
    return id;
  }

  const told = ({ heard }: Listener) =>
    heard.flatMap(({ payload }) => payload.devices.map(({ device_id: id }) => id));

  describe.each(["1.0.0", "2.0.0"])("protocol %s", (vsn) => {
    test("a member hears what the trigger sends for changed rows", async () => {
      const listener = await joined(await as("viewer", vsn), topic);
      const id = await report();
      await expect.poll(() => listener.heard).toHaveLength(1);
      expect(listener.heard[0]).toMatchObject({
        type: "broadcast",
        event: "devices",
        payload: { devices: [{ device_id: id, version: 7 }], removed: [] },
        meta: { id: expect.any(String) },
      });
    });

    test("a stranger, and whoever has no account, is refused with a reason", async () => {
      for (const client of [await as("stranger", vsn), kept(project.client(undefined, vsn))]) {
        const listener = listen(client, topic);
        await expect.poll(() => listener.errors.join()).toContain("You do not have permissions to read");
        expect(listener.statuses).toEqual(["CHANNEL_ERROR"]);
      }
    });
  });

  test("a worker hears its farm and sends nothing there, an admin neither", async () => {
    const listeners = [await joined(await as("worker"), topic), await joined(await as("admin"), topic)];
    for (const { channel } of listeners) {
      void channel.send({ type: "broadcast", event: "devices", payload: { text: "lie", devices: [] } });
    }
    const id = await report();
    await expect.poll(() => listeners.map(told)).toEqual([[id], [id]]);
    expect(listeners.flatMap(({ heard }) => heard)).toHaveLength(2);
  });

  test("who is taken out of the farm is refused with the next token, not before", async () => {
    const client = kept(await project.signIn("operator"));
    const listener = await joined(client, topic);
    const members = () => project.relay.from("members");
    const { data: taken } = await members()
      .delete()
      .eq("farm_id", project.farmId)
      .eq("role", "operator")
      .select();
    expect(taken).toHaveLength(1);
    const id = await report();
    await expect.poll(() => told(listener)).toEqual([id]);
    const { data } = await client.auth.refreshSession();
    await client.realtime.setAuth(data.session?.access_token ?? "");
    await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
    expect((await members().insert(taken ?? [])).error).toBeNull();
  });

  test("of two statements each is a message, in order", async () => {
    const listener = await joined(await as("viewer"), topic);
    const ids = [await report(), await report()];
    await expect.poll(() => told(listener)).toEqual(ids);
    expect(listener.heard).toHaveLength(2);
  });

  test("the secret key sends by HTTP to a private topic, a person does not", async () => {
    const listener = await joined(await as("viewer"), topic);
    const viewer = (await as("viewer")).channel(topic, { config: { private: true } });
    await viewer.httpSend("devices", { text: "lie" });
    const relay = kept(project.client(project.secretKey)).channel(topic, { config: { private: true } });
    await relay.httpSend("devices", { text: "truth" });
    await expect.poll(() => listener.heard).toMatchObject([{ event: "devices", payload: { text: "truth" } }]);
  });

  test("a wrong key is not let in", async () => {
    const listener = listen(kept(project.client("sb_publishable_wrong")), topic);
    await expect.poll(() => listener.statuses).toContain("CHANNEL_ERROR");
    expect(listener.errors.join()).not.toContain("You do not have permissions to read");
  });
});
