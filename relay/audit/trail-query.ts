import type * as v from "valibot";
import type { AuditPage, auditQuery } from "../../protocol/audit.ts";
import { succeed, type Result } from "../../protocol/fault.ts";
import type { Store } from "../store/store.ts";
import type { Audit, Author } from "./audit.ts";

/** One page of the trail for an admin. That somebody looked is a row too, once for all pages of a search. */
export async function queryTrail(
  store: Store,
  audit: Audit,
  author: Author,
  query: v.InferOutput<typeof auditQuery>,
): Promise<Result<AuditPage>> {
  const { limit, before, device_id: deviceId, from_ms: fromMs, until_ms: untilMs, ...rest } = query;
  // What is shown is on the disk: a hash that somebody notes must not be gone after a crash. A full disk is no reason
  // to show nothing.
  await store.commit().catch(() => {});
  const rows = store.queryAudit({ ...rest, deviceId, fromMs, untilMs, before, limit: limit + 1 });
  if (before === undefined) audit.record(author, { event: "audit:query", outcome: "ok", details: query });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return succeed(
    rows.length > limit && last !== undefined ? { rows: page, next_before: last.sequence } : { rows: page },
  );
}
