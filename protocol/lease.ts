import * as v from "valibot";
import { isoTime, shortText, uuid } from "./fields.ts";

/** While somebody holds a device, nobody else commands it. A lease belongs to a person, not to a connection. */
export const lease = v.object({
  device_id: uuid,
  /** The holder's name in the audit trail. */
  actor: shortText,
  taken_at: isoTime,
  /** When it ends by itself unless the holder commands the device or takes it again. */
  expires_at: isoTime,
});
export type Lease = v.InferOutput<typeof lease>;

/** dashboard → relay: take a free device, or keep one's own for longer. An admin may take another's with `take_over`. */
export const leaseTake = v.object({ device_id: uuid, take_over: v.optional(v.boolean()) });

/** dashboard → relay: let go of one's own. */
export const leaseDrop = v.object({ device_id: uuid });

export const leaseChange = v.picklist(["taken", "extended", "taken_over", "dropped", "expired"]);

/** relay → dashboard: who holds the device now; nobody when `lease` is absent. */
export const leaseChanged = v.object({ device_id: uuid, change: leaseChange, lease: v.optional(lease) });

/** relay → the holder's dashboards, once, a while before a lease that is not used ends. */
export const leaseExpiring = v.object({ device_id: uuid, expires_at: isoTime });
