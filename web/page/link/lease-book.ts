import { batch } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type * as v from "valibot";
import type { Lease, leaseChanged, leaseExpiring } from "../../../protocol/lease.ts";

export interface LeaseBookState {
  /** Who holds which device, by its `device_id`. */
  held: Record<string, Lease>;
  /** When a hold of one's own ends that the relay warned of, by `device_id`; gone when it was kept or has ended. */
  expiring: Record<string, string>;
}

/** A change, and who held the device before it. */
export interface LeaseNews extends v.InferOutput<typeof leaseChanged> {
  before?: Lease;
}

/** Keeps who holds what. */
export function makeLeaseBook() {
  const [state, setState] = createStore<LeaseBookState>({ held: {}, expiring: {} });

  return {
    state,
    replace(leases: readonly Lease[]): void {
      const held = Object.fromEntries(leases.map((lease) => [lease.device_id, lease]));
      const expiring = Object.entries(state.expiring).filter(([id, at]) => held[id]?.expires_at === at);
      batch(() => {
        setState("held", reconcile(held));
        setState("expiring", reconcile(Object.fromEntries(expiring)));
      });
    },
    change(event: v.InferOutput<typeof leaseChanged>): LeaseNews {
      const before = state.held[event.device_id];
      const news = before === undefined ? event : { ...event, before: { ...before } };
      const { [event.device_id]: _, ...held } = state.held;
      const { [event.device_id]: __, ...expiring } = state.expiring;
      batch(() => {
        setState(
          "held",
          reconcile(event.lease === undefined ? held : { ...held, [event.device_id]: event.lease }),
        );
        setState("expiring", reconcile(expiring));
      });
      return news;
    },
    expire(event: v.InferOutput<typeof leaseExpiring>): void {
      setState("expiring", event.device_id, event.expires_at);
    },
  };
}
