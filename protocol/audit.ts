import * as v from "valibot";
import { count, isoTime, shortText, unixMs, uuid } from "./fields.ts";

/** dashboard → relay, for admins: the newest rows first that match everything given. */
export const auditQuery = v.optional(
  v.object({
    actor: v.optional(shortText),
    device_id: v.optional(uuid),
    /** An event's name, or its beginning with a `*`: `command:*`. */
    event: v.optional(shortText),
    from_ms: v.optional(unixMs),
    until_ms: v.optional(unixMs),
    /** The next page: `next_before` of the page before. */
    before: v.optional(count),
    limit: v.optional(v.pipe(count, v.minValue(1), v.maxValue(500)), 100),
  }),
  {},
);

/** One row of the trail. */
export const auditRow = v.object({
  sequence: count,
  event_id: uuid,
  at: isoTime,
  actor: shortText,
  address: shortText,
  event: shortText,
  device_id: v.optional(uuid),
  outcome: shortText,
  details: v.optional(v.unknown()),
  /** SHA-256 in hex over the row before's hash and this row. */
  hash: shortText,
});
export type AuditRow = v.InferOutput<typeof auditRow>;

export interface AuditPage {
  rows: AuditRow[];
  /** `before` of the next page; absent on the last one. */
  next_before?: number;
}
