import type { FaultCode } from "../../../protocol/fault.ts";

/** What can go wrong with a request: the relay's faults, and not reaching it at all. */
export interface LinkFault {
  code: FaultCode | "NOT_CONNECTED" | "NOT_ANSWERED";
  message: string;
  details?: unknown;
}

export type LinkResult<T> = { ok: true; value: T } | { ok: false; fault: LinkFault };

export function notConnected(): { ok: false; fault: LinkFault } {
  return { ok: false, fault: { code: "NOT_CONNECTED", message: "The relay is not connected." } };
}

/** What was asked may be done all the same: the request or its answer was lost. */
export function notAnswered(event: string): { ok: false; fault: LinkFault } {
  return {
    ok: false,
    fault: { code: "NOT_ANSWERED", message: `The relay did not answer ${event} in time.` },
  };
}
