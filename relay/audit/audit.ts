import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** Whose doing an event is. */
export interface Author {
  actor: string;
  address: string;
}

interface AuditEntry {
  event: string;
  deviceId?: string;
  outcome: string;
  details?: unknown;
}

/** Writes the trail: one row for each event, durable with the store's next commit. */
export interface Audit {
  record(author: Author, entry: AuditEntry): void;
}

/** Whose doing is what the relay does by itself. */
export const theRelay: Author = { actor: "relay", address: "" };

export function makeAudit(store: Store, clock: Clock, newId: () => string, log: Log): Audit {
  let lostRows = 0;

  function write({ actor, address }: Author, entry: AuditEntry): void {
    store.addAuditEvent({ eventId: newId(), atMs: clock.now(), actor, address, ...entry });
  }

  return {
    record(author, entry) {
      try {
        if (lostRows > 0) {
          write(theRelay, { event: "audit:lost", outcome: "failed", details: { rows: lostRows } });
          lostRows = 0;
        }
        write(author, entry);
      } catch (failure) {
        if (lostRows === 0) log(`the audit trail loses rows: ${describeBug(failure)}`);
        lostRows += 1;
      }
    },
  };
}

export function authorOf(wire: { identity: { actor: string }; address: string }): Author {
  return { actor: wire.identity.actor, address: wire.address };
}
