import * as v from "valibot";
import { shortText, uuid } from "./fields.ts";

const groupName = v.pipe(shortText, v.trim(), v.minLength(1));
const groupMembers = v.pipe(v.array(uuid), v.maxLength(10_000));

/** Devices under a name that a command can be sent to; `group:save` makes one or gives it other members. */
export const group = v.object({ name: groupName, device_ids: groupMembers });
export type Group = v.InferOutput<typeof group>;

/** dashboard → relay: no fields; answered with `{ groups }`. */
export const groupList = v.optional(v.object({}), {});

/** dashboard → relay. */
export const groupDelete = v.object({ name: groupName });

/** relay → dashboard: a group as it is now; one without `device_ids` is no more. */
export const groupChanged = v.object({ name: groupName, device_ids: v.optional(groupMembers) });
