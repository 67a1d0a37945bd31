import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import * as v from "valibot";
import { expect } from "vitest";

const heard = v.looseObject({
  event: v.string(),
  payload: v.looseObject({
    devices: v.optional(v.array(v.object({ device_id: v.string(), version: v.number() })), []),
    text: v.optional(v.string()),
  }),
});

/** A channel and all that was heard of it. */
export interface Listener {
  channel: RealtimeChannel;
  heard: v.InferOutput<typeof heard>[];
  statuses: string[];
  errors: string[];
}

export function listen(client: SupabaseClient, topic: string, isPrivate = true): Listener {
  const listener: Listener = {
    channel: client.channel(topic, { config: { private: isPrivate, broadcast: { self: false, ack: true } } }),
    heard: [],
    statuses: [],
    errors: [],
  };
  listener.channel
    .on("broadcast", { event: "*" }, (message) => listener.heard.push(v.parse(heard, message)))
    .subscribe((status, error) => {
      listener.statuses.push(status);
      if (error !== undefined) listener.errors.push(error.message);
    });
  return listener;
}

/** Resolves when it is heard. */
export async function joined(client: SupabaseClient, topic: string, isPrivate?: boolean): Promise<Listener> {
  const listener = listen(client, topic, isPrivate);
  await expect.poll(() => listener.statuses).toEqual(["SUBSCRIBED"]);
  return listener;
}
