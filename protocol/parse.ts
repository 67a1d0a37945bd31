import * as v from "valibot";
import { fail, succeed, type Result } from "./fault.ts";

/** The check at every door. A refusal is `INVALID_PAYLOAD` with `details: { event, path, problem }`. */
export function parsePayload<S extends v.GenericSchema>(
  event: string,
  schema: S,
  payload: unknown,
): Result<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, payload, { abortEarly: true });
  if (parsed.success) return succeed(parsed.output);
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue) ?? "";
  const where = path === "" ? "the payload" : path;
  return fail("INVALID_PAYLOAD", `${event}: ${where} is not valid: ${issue.message}`, {
    event,
    path,
    problem: issue.message,
  });
}
