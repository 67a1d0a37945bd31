import type { Clock } from "../clock.ts";
import type { FarmSettings } from "../settings.ts";
import type { AuditRows } from "../store/audit-rows.ts";
import { theRelay, type Audit } from "./audit.ts";

const restMs = 600_000;
/** Between two steps the relay does its work. */
const pauseMs = 20;
const rowsAtOnce = 200;
const dayMs = 86_400_000;

/**
 * Forgets the oldest rows of the trail when they are older than an operator wants them or take more room, a few at a
 * time. Those from `neededFrom` on go only for want of room. Before any of them goes, a row says up to which and names its hash: the chain hangs on it from then on.
 */
export function startRetention(
  store: AuditRows,
  audit: Audit,
  clock: Clock,
  { auditKeepDays, auditKeepBytes }: Pick<FarmSettings, "auditKeepDays" | "auditKeepBytes">,
  neededFrom: () => number = () => Number.POSITIVE_INFINITY,
): () => void {
  let cancel = clock.setTimer(restMs, sweep);

  function sweep(): void {
    cancel = clock.setTimer(restMs, sweep);
    const { anchor, head } = store.auditEnds();
    const tooOld = store.firstAuditRowSince(clock.now() - auditKeepDays * dayMs) - 1;
    const excess = 1 - auditKeepBytes / Math.max(1, store.estimateAuditBytes());
    const tooMuch = anchor.sequence + Math.ceil((head.sequence - anchor.sequence) * Math.max(0, excess));
    const through = Math.min(head.sequence, Math.max(Math.min(tooOld, neededFrom() - 1), tooMuch));
    const hash = store.auditHashOf(through);
    if (through <= anchor.sequence || hash === undefined) return;
    const details = { through, hash, rows: through - anchor.sequence };
    audit.record(theRelay, { event: "audit:prune", outcome: "ok", details });
    step(through);
  }

  function step(through: number): void {
    cancel();
    // First, so that a disk that fails now is tried again.
    cancel = clock.setTimer(restMs, sweep);
    if (!store.pruneAudit(through, rowsAtOnce)) return;
    cancel();
    cancel = clock.setTimer(pauseMs, () => step(through));
  }

  return () => cancel();
}
