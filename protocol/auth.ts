import * as v from "valibot";
import { freeId, pcId } from "./fields.ts";

const token = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** `auth` of the Socket.IO handshake, the same on a client's own namespace and on `/stream`. */
export const handshake = v.variant("type", [
  v.object({
    type: v.literal("worker"),
    token,
    pc_id: pcId,
    /** The same on both connections of one worker, and another one of every other: a tab's random id. */
    session: v.optional(freeId),
    /** Take the place of the worker that speaks for this `pc_id` now. */
    take_over: v.optional(v.boolean()),
    /**
     * This worker remembers which commands it executed, also over a reload, and answers a repeated one with what became
     * of it. Only to such a worker is a command delivered again that may have reached it before.
     */
    remembers_commands: v.optional(v.boolean()),
    /** This worker passes the phone's H.264 on, and every JPEG layer that is watched, in media packets. */
    sends_video: v.optional(v.boolean()),
    /** This worker serves `control:open` and what follows it. */
    takes_control: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal("dashboard"), token }),
]);
export type Handshake = v.InferOutput<typeof handshake>;

/** client → relay: a newer token of the same person or worker, before the one it connected with ends. */
export const authRenew = v.object({ token });

export const namespaces = ["/worker", "/dashboard", "/stream"] as const;
export type Namespace = (typeof namespaces)[number];
