import type { SupabaseClient } from "@supabase/supabase-js";
import * as v from "valibot";
import { healthStatus } from "../../../protocol/device.ts";
import { serialNumber, uuid } from "../../../protocol/fields.ts";
import { deviceStatus } from "../../../protocol/heartbeat.ts";
import type { MakeFallbackPlace, Told } from "./fallback-place.ts";

const answerLimitMs = 10_000;
/** What a project answers at most unless told otherwise. */
const mostRows = 1000;

interface Answered {
  status: number;
  error: { message: string } | null;
  data: unknown;
}

const deviceRows = v.array(
  v.object({
    device_id: uuid,
    serial_number: serialNumber,
    status: deviceStatus,
    health_status: healthStatus,
    battery_level: v.nullable(v.number()),
    condition: v.record(v.string(), v.unknown()),
  }),
);
const takenRows = v.array(v.object({ device_id: uuid }));

/** The farm's Supabase project, as the user that the relay made for this PC. The session is in memory alone. */
export const makeSupabasePlace: MakeFallbackPlace = (account, pcId) => {
  const { url, publishable_key: publishableKey, farm_id: farmId, email, password } = account;
  let client: SupabaseClient | undefined;

  /** Farms without a project never load this. */
  async function open(): Promise<SupabaseClient> {
    const { createClient } = await import("@supabase/supabase-js");
    client ??= createClient(url, publishableKey, {
      auth: { persistSession: false, autoRefreshToken: true, detectSessionInUrl: false },
    });
    return client;
  }

  async function ask<T>(
    request: (client: SupabaseClient) => PromiseLike<Answered>,
    valueOf: (data: unknown) => T,
  ): Promise<Told<T>> {
    try {
      const { status, error, data } = await request(await open());
      if (error === null) return { ok: true, value: valueOf(data) };
      return { ok: false, reason: error.message, isSignedOut: status === 401 };
    } catch (failure) {
      return { ok: false, reason: String(failure), isSignedOut: false };
    }
  }

  return {
    prepare: () =>
      open().then(
        () => true,
        () => false,
      ),
    signIn: () =>
      ask(
        async (client) => {
          const { error, data } = await client.auth.signInWithPassword({ email, password });
          return { status: error?.status ?? 200, error, data };
        },
        () => undefined,
      ),
    read: () =>
      ask(
        (client) =>
          client
            .from("devices")
            .select("device_id, serial_number, status, health_status, battery_level, condition")
            .eq("farm_id", farmId)
            .eq("pc_id", pcId)
            .order("version", { ascending: false })
            .limit(mostRows)
            .abortSignal(AbortSignal.timeout(answerLimitMs)),
        (rows) => v.parse(deviceRows, rows),
      ),
    write: (rows, signal) =>
      ask(
        (client) =>
          client
            .from("devices")
            .upsert(
              rows.map((row) => ({ farm_id: farmId, pc_id: pcId, ...row })),
              { onConflict: "farm_id,device_id" },
            )
            .select("device_id")
            .abortSignal(limited(signal)),
        (rows) => v.parse(takenRows, rows).map(({ device_id: id }) => id),
      ),
    sayHere: (signal) =>
      ask(
        (client) =>
          client
            .from("workers")
            // The database writes its own time.
            .update({ last_seen_at: new Date().toISOString() })
            .eq("farm_id", farmId)
            .eq("pc_id", pcId)
            .abortSignal(limited(signal)),
        () => undefined,
      ),
    close() {
      void client?.auth.stopAutoRefresh();
      client = undefined;
    },
  };
};

function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]);
}
