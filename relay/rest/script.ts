import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { commandAck, type CommandAck } from "../../protocol/command.ts";
import type { Answer, contract, Reply } from "../../protocol/contract.ts";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { bearerTokenOf } from "../http/caller.ts";
import type { MemoryWires } from "../memory/memory-wires.ts";

type DashboardTable = (typeof contract)["/dashboard"]["toRelay"];

/** One HTTP request inside the relay: a dashboard of its own for as long as the request lasts. */
export interface Script {
  /** Asks through the same door as a dashboard over Socket.IO, which parses the payload. */
  request<Name extends keyof DashboardTable>(event: Name, payload: unknown): Promise<Result<Reply<Name>>>;
  onAck(handler: (ack: CommandAck) => void): void;
  /** Aborts when the connection is closed, by the relay or by `close`. */
  closed: AbortSignal;
  close(): void;
}

/** Lets a request in through the same gate, with the same rights as a dashboard over Socket.IO. */
export async function connectScript(
  scripts: MemoryWires,
  request: IncomingMessage,
  address: string,
): Promise<Result<Script>> {
  const token = bearerTokenOf(request);
  if (token === undefined) {
    return fail("AUTH_FAILED", "send a dashboard's token: `Authorization: Bearer <token>`");
  }
  const auth = { type: "dashboard", token };
  const connected = await scripts.connect("/dashboard", auth, { address, isScript: true });
  if (!connected.ok) return connected;
  const peer = connected.value;
  const closing = new AbortController();
  let heard: ((ack: CommandAck) => void) | undefined;
  const lost = fail("INTERNAL", "the relay closed this request's connection");

  peer.onEvent((event, payload) => {
    if (event === "command:ack") heard?.(v.parse(commandAck, payload));
  });
  peer.onClose(() => closing.abort());
  return succeed({
    request<Name extends keyof DashboardTable>(event: Name, payload: unknown) {
      return new Promise<Result<Reply<Name>>>((resolve) => {
        closing.signal.addEventListener("abort", () => resolve(lost));
        peer.send(event, payload, (answer: Answer<Reply<Name>>) => resolve(resultOf(answer)));
      });
    },
    onAck(handler) {
      heard = handler;
    },
    closed: closing.signal,
    close: () => peer.close(),
  });
}

/** Only asks whether the request would be let in. */
export async function identifyScript(...asked: Parameters<typeof connectScript>): Promise<Result<void>> {
  const connected = await connectScript(...asked);
  if (!connected.ok) return connected;
  connected.value.close();
  return succeed(undefined);
}

function resultOf<T>(answer: Answer<T>): Result<T> {
  return answer.ok ? succeed(answer) : answer;
}
