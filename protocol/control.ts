import * as v from "valibot";
import { bytes, serialNumber, uuid } from "./fields.ts";

export const mostControlBytes = 262_144;

/**
 * dashboard → relay: live control, for what is too fast to be commands. Again for an open session, it changes whether the
 * session is private. In a private one the trail keeps the length of what is typed and not the text.
 */
export const controlOpen = v.object({ device_id: uuid, is_private: v.optional(v.boolean(), false) });

const controlMessages = v.pipe(
  bytes,
  v.check((messages) => messages.byteLength <= mostControlBytes, `must be at most ${mostControlBytes} bytes`),
);

/** dashboard → relay: one or more whole scrcpy control messages. */
export const controlInput = v.object({ device_id: uuid, messages: controlMessages });

export const controlClose = v.object({ device_id: uuid });

/** relay → worker: the same three. A worker has one session a device, whoever they are that share it. */
export const controlOpenDeliver = v.object({ device_id: uuid, serial_number: serialNumber });
export const controlInputDeliver = v.object({
  device_id: uuid,
  serial_number: serialNumber,
  messages: controlMessages,
});
