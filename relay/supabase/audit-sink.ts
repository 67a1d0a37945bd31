import type { SupabaseClient } from "@supabase/supabase-js";
import { isoTimeOf, type Clock } from "../clock.ts";
import type { HashedRow } from "../store/outbox-rows.ts";
import type { AuditSink } from "./outbox.ts";
import { placeOf, type SupabaseProject } from "./project.ts";
import { answerLimit, refusalOf } from "./refusal.ts";

const dayMs = 86_400_000;

/** The project's table `audit_events`, for the rows of one farm. A row that is there already stays as it is. */
export function makeAuditSink(
  client: SupabaseClient,
  project: Pick<SupabaseProject, "url" | "farmId">,
  clock: Clock,
): AuditSink {
  let partitionsDueMs = 0;

  /** Without them rows go to the default partition: nothing hangs on the answer. */
  async function makePartitions(): Promise<void> {
    if (clock.now() < partitionsDueMs) return;
    partitionsDueMs = clock.now() + dayMs;
    await client.rpc("make_audit_partitions").abortSignal(answerLimit());
  }

  return {
    place: placeOf(project),
    async send(rows) {
      await makePartitions();
      const limit = answerLimit();
      const { error, status } = await client
        .from("audit_events")
        .upsert(
          rows.map((row) => recordOf(project.farmId, row)),
          { onConflict: "event_id,at", ignoreDuplicates: true },
        )
        .abortSignal(limit);
      return error === null ? { kind: "taken" } : refusalOf({ status, error }, limit);
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
