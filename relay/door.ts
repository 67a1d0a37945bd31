import type * as v from "valibot";
import type { Answer, Reply } from "../protocol/contract.ts";
import { fail, type Fault, type Result } from "../protocol/fault.ts";
import { parsePayload } from "../protocol/parse.ts";
import { refusedRight } from "./auth/rights.ts";
import { describeBug, type Log } from "./log.ts";
import type { Wire } from "./wire.ts";

type Table = Record<string, v.GenericSchema>;

/** What a handler may do beside returning its reply. */
export interface Turn {
  /** Runs once the answer is on its way, so that what it sends comes after it. */
  afterAnswer(run: () => void): void;
}

type Handled<Value> = Result<Value> | Promise<Result<Value>>;

/** A handler for each event that is served; an event of the table without one is refused as not served yet. */
export type Handlers<T extends Table> = {
  [Name in keyof T & string]?: (payload: v.InferOutput<T[Name]>, turn: Turn) => Handled<Reply<Name>>;
};

const longestQuoteChars = 300;

/** Lets events of `table` in: asks for the right, parses, hands on, and answers each whatever happens. */
export function guardDoor<T extends Table>(wire: Wire, table: T, handlers: Handlers<T>, log: Log): void {
  const looseHandlers: Record<string, ((payload: never, turn: Turn) => Handled<object>) | undefined> =
    handlers;

  async function handle(event: string, payload: unknown, turn: Turn): Promise<Result<object>> {
    const schema = Object.hasOwn(table, event) ? table[event] : undefined;
    if (schema === undefined) return unknownEvent(event, wire);
    // Before the payload is looked at: who may not send it learns nothing of what would be right.
    const refused = refusedRight(wire.identity, event);
    if (refused !== undefined) return { ok: false, fault: refused };
    const parsed = parsePayload(event, schema, payload);
    if (!parsed.ok) return { ok: false, fault: shortened(parsed.fault) };
    const handler = looseHandlers[event];
    if (handler === undefined) return fail("FORBIDDEN", `${event} is not served yet by this relay`);
    // The table and the handlers are keyed alike, so what this schema parsed is what this handler takes.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return handler(parsed.value as never, turn);
  }

  async function attend(event: string, payload: unknown, answer?: (answer: Answer) => void): Promise<void> {
    const afterwards: (() => void)[] = [];
    let result: Result<object>;
    try {
      result = await handle(event, payload, { afterAnswer: (run) => afterwards.push(run) });
    } catch (bug) {
      log(`bug: ${quoted(event)} from ${wire.identity.actor} at ${wire.address}: ${describeBug(bug)}`);
      result = fail("INTERNAL", "the relay failed; its log has the cause");
    }
    if (result.ok) answer?.({ ok: true, ...result.value });
    else refuse(wire, event, result.fault, answer);
    for (const run of afterwards) run();
  }

  wire.onEvent((event, payload, answer) => {
    attend(event, payload, answer).catch((bug: unknown) =>
      log(`bug: after ${quoted(event)} from ${wire.identity.actor}: ${describeBug(bug)}`),
    );
  });
}

function refuse(wire: Wire, event: string, fault: Fault, answer?: (answer: Answer) => void): void {
  if (answer !== undefined) answer({ ok: false, fault });
  else wire.emit("error", { ...fault, details: withEvent(event, fault.details) });
}

/** Without an acknowledgement the client must be told which of its events this is about. */
function withEvent(event: string, details: unknown): object {
  return typeof details === "object"
    ? { event: quoted(event), ...details }
    : { event: quoted(event), details };
}

function unknownEvent(event: string, wire: Wire): Result<never> {
  const problem = `${wire.namespace} has no such event`;
  const name = quoted(event);
  return fail("INVALID_PAYLOAD", `${name}: ${problem}`, { event: name, path: "", problem });
}

/** A validator's message quotes what was sent, however long that is. */
function shortened(fault: Fault): Fault {
  const { details: given } = fault;
  const details: Record<string, unknown> = typeof given === "object" ? { ...given } : {};
  for (const [key, value] of Object.entries(details)) {
    if (typeof value === "string") details[key] = quoted(value);
  }
  return { ...fault, message: quoted(fault.message), details };
}

function quoted(text: string): string {
  return text.length > longestQuoteChars ? `${text.slice(0, longestQuoteChars)}…` : text;
}
