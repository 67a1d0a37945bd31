/** Why something asked for was not done, as plain data that survives JSON and `postMessage`. */
export interface Fault {
  code: FaultCode;
  /** One sentence: what is wrong and what to do about it. */
  message: string;
  details?: unknown;
}

/** The event document's four codes, and our additions. */
export const faultCodes = [
  "AUTH_FAILED",
  "DEVICE_NOT_FOUND",
  "COMMAND_TIMEOUT",
  "STREAM_ERROR",
  "INVALID_PAYLOAD",
  "RATE_LIMITED",
  "FORBIDDEN",
  "WORKER_OFFLINE",
  "INTERNAL",
] as const;
export type FaultCode = (typeof faultCodes)[number];

export type Result<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(code: FaultCode, message: string, details?: unknown): { ok: false; fault: Fault } {
  return { ok: false, fault: details === undefined ? { code, message } : { code, message, details } };
}
