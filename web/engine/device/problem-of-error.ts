import type { Problem, ProblemCode } from "../../../protocol/device-state.ts";
import { TimeLimitError } from "../time-limit.ts";

/** The person said no to "Allow USB debugging?". */
export class AuthRefusedError extends Error {
  override name = "AuthRefusedError";
}

function codeOf(error: Error): ProblemCode {
  switch (error.name) {
    case "InUseError":
      return "IN_USE";
    case "AuthRefusedError":
      return "AUTH_REFUSED";
    case "SecurityError":
      return "ACCESS_DENIED";
    case "TimeLimitError":
      return "ADB_TIMEOUT";
    case "NetworkError":
      // Chrome on Linux without a udev rule: "Access denied." has no name of its own.
      return /denied/i.test(error.message) ? "ACCESS_DENIED" : "USB_ERROR";
    case "InvalidStateError":
    case "NotFoundError":
    case "AbortError":
      return "USB_ERROR";
    default:
      return "ADB_PROTOCOL";
  }
}

/** Turns what WebUSB and Tango throw into a problem for a person. */
export function problemOfError(error: unknown): Problem {
  if (!(error instanceof Error)) return { code: "ADB_PROTOCOL", detail: String(error).slice(0, 1000) };
  const detail = error instanceof TimeLimitError ? error.message : `${error.name}: ${error.message}`;
  return { code: codeOf(error), detail: detail.slice(0, 1000) };
}
