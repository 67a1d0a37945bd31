import type * as v from "valibot";
import type { Answer, Reply, contract } from "../../../protocol/contract.ts";
import { notAnswered, notConnected, type LinkResult } from "./link-fault.ts";
import type { Wire } from "../../connection/wire.ts";

type Requests = (typeof contract)["/dashboard"]["toRelay"] & (typeof contract)["/stream"]["dashboardToRelay"];

/** What a request says, as a caller may write it. */
export type Asked<Name extends keyof Requests> = v.InferInput<Requests[Name]>;

/** Emits and waits for the Socket.IO acknowledgement; `NOT_CONNECTED` at once, `NOT_ANSWERED` after `timeoutMs`. */
export function request<Name extends keyof Requests>(
  wire: Wire,
  name: Name,
  payload: Asked<Name>,
  timeoutMs = 8000,
): Promise<LinkResult<Reply<Name>>> {
  if (!wire.connected) return Promise.resolve(notConnected());
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(notAnswered(name)), timeoutMs);
    wire.emit(name, payload, (answer: Answer<Reply<Name>>) => {
      clearTimeout(timer);
      resolve(answer.ok ? { ok: true, value: answer } : { ok: false, fault: answer.fault });
    });
  });
}
