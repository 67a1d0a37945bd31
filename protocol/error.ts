import * as v from "valibot";
import { faultCodes } from "./fault.ts";
import { longText } from "./fields.ts";

/** relay → anybody: a `Fault` for which no acknowledgement was asked. `details.event` names what was refused. */
export const errorEvent = v.object({
  code: v.picklist(faultCodes),
  message: longText,
  details: v.optional(v.unknown()),
});
export type ErrorEvent = v.InferOutput<typeof errorEvent>;
