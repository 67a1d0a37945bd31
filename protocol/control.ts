import * as v from "valibot";
import { bytes, uuid } from "./fields.ts";

/** dashboard → relay → worker: live control, for what is too fast to be commands. */
export const controlOpen = v.object({ device_id: uuid });

/** One or more whole scrcpy control messages. */
export const controlInput = v.object({
  device_id: uuid,
  messages: v.pipe(
    bytes,
    v.check((messages) => messages.byteLength <= 262_144, "must be at most 262144 bytes"),
  ),
});

export const controlClose = v.object({ device_id: uuid });
