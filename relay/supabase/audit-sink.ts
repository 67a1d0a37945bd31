import type { SupabaseClient } from "@supabase/supabase-js";
import { isoTimeOf, type Clock } from "../clock.ts";
import type { HashedRow } from "../store/outbox-rows.ts";
import type { AuditSink, Sent } from "./outbox.ts";
import type { SupabaseProject } from "./project.ts";

const answerLimitMs = 20_000;
const dayMs = 86_400_000;

/** The project's table `audit_events`, for the rows of one farm. A row that is there already stays as it is. */
export function makeAuditSink(
  client: SupabaseClient,
  { url, farmId }: Pick<SupabaseProject, "url" | "farmId">,
  clock: Clock,
): AuditSink {
  let partitionsDueMs = 0;

  /** Without them rows go to the default partition: nothing hangs on the answer. */
  async function makePartitions(): Promise<void> {
    if (clock.now() < partitionsDueMs) return;
    partitionsDueMs = clock.now() + dayMs;
    await client.rpc("make_audit_partitions").abortSignal(AbortSignal.timeout(answerLimitMs));
  }

  return {
    place: `${url.origin} ${farmId}`,
    async send(rows) {
      await makePartitions();
      const limit = AbortSignal.timeout(answerLimitMs);
      const { error, status } = await client
        .from("audit_events")
        .upsert(
          rows.map((row) => recordOf(farmId, row)),
          { onConflict: "event_id,at", ignoreDuplicates: true },
        )
        .abortSignal(limit);
      if (error === null) return { kind: "taken" };
      if (limit.aborted) return { kind: "too slow", reason: `no answer within ${answerLimitMs / 1000} s` };
      return outcomeOf(status, error.code, error.message);
    },
  };
}

function recordOf(farmId: string, row: HashedRow): Record<string, unknown> {
  return {
    farm_id: farmId,
    sequence: row.sequence,
    event_id: row.eventId,
    at: isoTimeOf(row.atMs),
    actor: row.actor,
    address: row.address,
    event: row.event,
    device_id: row.deviceId,
    outcome: row.outcome,
    details: row.details,
    hash: row.hash,
  };
}

/**
 * SQLSTATEs that a row is to blame for: data exceptions (class 22), and what it must not lack, repeat or break. A farm that
 * is not there (23503) is everybody's trouble, as are keys, tables and the network.
 */
const rowsFault = /^(22...|23502|23505|23514)$/;
const tooLarge = 413;

function outcomeOf(status: number, code: string, message: string): Sent {
  const reason = [status === 0 ? "" : status, code, message].filter((part) => part !== "").join(" ");
  return { kind: rowsFault.test(code) || status === tooLarge ? "refused" : "not now", reason };
}
