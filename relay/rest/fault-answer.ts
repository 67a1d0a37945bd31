import type { ServerResponse } from "node:http";
import * as v from "valibot";
import type { Fault, FaultCode } from "../../protocol/fault.ts";
import { answerJson } from "../http/answer.ts";

/** Which HTTP status says the same as a fault's code. */
export const statusOfFault: Record<FaultCode, number> = {
  INVALID_PAYLOAD: 400,
  AUTH_FAILED: 401,
  FORBIDDEN: 403,
  DEVICE_NOT_FOUND: 404,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  STREAM_ERROR: 502,
  WORKER_OFFLINE: 503,
  COMMAND_TIMEOUT: 504,
};

const patience = v.object({ retry_after_ms: v.number() });
/** For a limit that does not say: a wrong token is forgiven in this time. */
const usualRetrySeconds = 3;

/** The fault is the body. */
export function answerFault(
  response: ServerResponse,
  fault: Fault,
  status = statusOfFault[fault.code],
): void {
  if (status === 401) response.setHeader("WWW-Authenticate", "Bearer");
  if (status === 429) {
    const told = v.safeParse(patience, fault.details);
    response.setHeader(
      "Retry-After",
      told.success ? Math.ceil(told.output.retry_after_ms / 1000) : usualRetrySeconds,
    );
  }
  answerJson(response, status, fault);
}
