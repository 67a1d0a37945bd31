import type { Clock } from "../clock.ts";
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

export function makeAudit(store: Store, clock: Clock, newId: () => string): Audit {
  return {
    record({ actor, address }, entry) {
      store.addAuditEvent({ eventId: newId(), atMs: clock.now(), actor, address, ...entry });
    },
  };
}

export function authorOf(wire: { identity: { actor: string }; address: string }): Author {
  return { actor: wire.identity.actor, address: wire.address };
}
