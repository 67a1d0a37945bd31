import * as v from "valibot";
import { pcId } from "./fields.ts";

const token = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** `auth` of the Socket.IO handshake, the same on a client's own namespace and on `/stream`. */
export const handshake = v.variant("type", [
  v.object({ type: v.literal("worker"), token, pc_id: pcId }),
  v.object({ type: v.literal("dashboard"), token }),
]);
export type Handshake = v.InferOutput<typeof handshake>;

export const namespaces = ["/worker", "/dashboard", "/stream"] as const;
export type Namespace = (typeof namespaces)[number];
