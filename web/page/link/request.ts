import type * as v from "valibot";
import type { Answer, Reply, contract } from "../../../protocol/contract.ts";
import { notAnswered, notConnected, type LinkResult } from "./link-fault.ts";
import type { Wire } from "./wire.ts";

type Requests = (typeof contract)["/dashboard"]["toRelay"] & (typeof contract)["/stream"]["dashboardToRelay"];

/** Emits and waits for the Socket.IO acknowledgement; `NOT_CONNECTED` at once, `COMMAND_TIMEOUT` after `timeoutMs`. */
export function request<Name extends keyof Requests>(
  wire: Wire,
  name: Name,
  payload: v.InferInput<Requests[Name]>,
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
