import * as v from "valibot";
import { errorEvent } from "../../../protocol/error.ts";
import { faultCodes } from "../../../protocol/fault.ts";

const said = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const invalidPayload = v.object({ event: v.string(), path: v.string(), problem: said });

const answer = v.variant("ok", [
  v.looseObject({ ok: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    fault: v.object({ code: v.picklist(faultCodes), message: said, details: v.optional(v.unknown()) }),
  }),
]);

/** What is wrong with an answer, if anything: a refusal must name its reason, and the relay's own failure is none. */
export function complaintAboutAnswer(given: unknown): string | undefined {
  const parsed = v.safeParse(answer, given);
  if (!parsed.success) return `${parsed.issues[0].message} in ${shown(given)}`;
  return parsed.output.ok ? undefined : complaintAboutFault(parsed.output.fault);
}

/** As for an answer; an event must say beside it which event it is about. */
export function complaintAboutError(given: unknown): string | undefined {
  const parsed = v.safeParse(errorEvent, given);
  if (!parsed.success) return `${parsed.issues[0].message} in ${shown(given)}`;
  return complaintAboutFault(parsed.output);
}

function complaintAboutFault({ code, message, details }: SaidFault): string | undefined {
  if (code === "INTERNAL") return `the relay failed: ${message}, ${shown(details)}`;
  if (code === "INVALID_PAYLOAD" && !v.is(invalidPayload, details))
    return `says not what is invalid: ${shown(details)}`;
  return undefined;
}

interface SaidFault {
  code: string;
  message: string;
  details?: unknown;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 300);
}
