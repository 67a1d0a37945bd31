import * as v from "valibot";
import type { Answer, Reply } from "../protocol/contract.ts";
import { fail, type Fault, type Result } from "../protocol/fault.ts";
import { uuid } from "../protocol/fields.ts";
import { costOf, mostPayloadBytes } from "../protocol/limits.ts";
import { parsePayload } from "../protocol/parse.ts";
import { makeTokenBucket } from "../protocol/token-bucket.ts";
import { authorOf } from "./audit/audit.ts";
import type { Refusals } from "./audit/refusals.ts";
import { refusedRight } from "./auth/rights.ts";
import type { Clock } from "./clock.ts";
import { isLargerThan } from "./limits/payload-size.ts";
import { makeSparing } from "./limits/sparing.ts";
import { describeBug, type Log } from "./log.ts";
import type { Wire } from "./wire.ts";

type Table = Record<string, v.GenericSchema>;

/** What a handler may do beside returning its reply. */
export interface Turn {
  /** Runs once the answer is on its way, so that what it sends comes after it. */
  afterAnswer(run: () => void | Promise<void>): void;
}

type Handled<Value> = Result<Value> | Promise<Result<Value>>;

/** A handler for each event that is served; an event of the table without one is refused as not served yet. */
export type Handlers<T extends Table> = {
  [Name in keyof T & string]?: (payload: v.InferOutput<T[Name]>, turn: Turn) => Handled<Reply<Name>>;
};

export interface DoorNeeds {
  log: Log;
  clock: Clock;
  refusals: Refusals;
  /** Of one connection, whatever they are. */
  eventsPerSecond: number;
}

const longestQuoteChars = 300;

/** Lets events of `table` in: counts, asks for the right, weighs, parses, hands on, and answers each whatever happens. */
export function guardDoor<T extends Table>(
  wire: Wire,
  table: T,
  handlers: Handlers<T>,
  { log, clock, refusals, eventsPerSecond }: DoorNeeds,
): void {
  const bucket = makeTokenBucket({ perSecond: eventsPerSecond, burst: 5 * eventsPerSecond });
  const sparing = makeSparing(clock);
  const looseHandlers: Record<string, ((payload: never, turn: Turn) => Handled<object>) | undefined> =
    handlers;

  async function handle(event: string, payload: unknown, turn: Turn): Promise<Result<object>> {
    if (!bucket.take(clock.now(), costOf(event))) return tooManyEvents(eventsPerSecond);
    const schema = Object.hasOwn(table, event) ? table[event] : undefined;
    if (schema === undefined) return unknownEvent(event, wire);
    // Before the payload is looked at: who may not send it learns nothing of what would be right.
    const refused = refusedRight(wire.identity, event);
    if (refused !== undefined) return { ok: false, fault: refused };
    if (isLargerThan(mostPayloadBytes(event), payload)) return tooLarge(event);
    const parsed = parsePayload(event, schema, payload);
    if (!parsed.ok) return { ok: false, fault: shortened(parsed.fault) };
    const handler = looseHandlers[event];
    if (handler === undefined) return fail("FORBIDDEN", `${event} is not served yet by this relay`);
    // The table and the handlers are keyed alike, so what this schema parsed is what this handler takes.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return handler(parsed.value as never, turn);
  }

  async function attend(event: string, payload: unknown, answer?: (answer: Answer) => void): Promise<void> {
    const afterwards: (() => void | Promise<void>)[] = [];
    let result: Result<object>;
    try {
      result = await handle(event, payload, { afterAnswer: (run) => afterwards.push(run) });
    } catch (bug) {
      log(`bug: ${quoted(event)} from ${wire.identity.actor} at ${wire.address}: ${describeBug(bug)}`);
      result = fail("INTERNAL", "the relay failed; its log has the cause");
    }
    if (result.ok) answer?.({ ok: true, ...result.value });
    else refuse(event, payload, result.fault, answer);
    for (const run of afterwards) await run();
  }

  function refuse(event: string, payload: unknown, fault: Fault, answer?: (answer: Answer) => void): void {
    const deviceId = deviceIn(payload);
    const device = deviceId === undefined ? {} : { deviceId };
    const name = Object.hasOwn(table, event) ? event : "unknown";
    refusals.record(authorOf(wire), { event: name, code: fault.code, ...device });
    if (answer !== undefined) {
      answer({ ok: false, fault });
      return;
    }
    let details = withEvent(event, fault.details);
    if (fault.code === "RATE_LIMITED") {
      const untold = sparing.mayTell(`${name} ${deviceId}`);
      if (untold === undefined) return;
      details = { ...details, ...(deviceId === undefined ? {} : { device_id: deviceId }), refused: untold };
    }
    wire.emit("error", { ...fault, details });
  }

  wire.onEvent((event, payload, answer) => {
    attend(event, payload, answer).catch((bug: unknown) =>
      log(`bug: after ${quoted(event)} from ${wire.identity.actor}: ${describeBug(bug)}`),
    );
  });
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

function tooManyEvents(perSecond: number): Result<never> {
  return fail("RATE_LIMITED", `one connection may send ${perSecond} events a second; slow down`);
}

function tooLarge(event: string): Result<never> {
  const problem = `must be at most ${mostPayloadBytes(event)} bytes`;
  return fail("INVALID_PAYLOAD", `${event}: the payload ${problem}`, { event, path: "", problem });
}

/** The device that an unparsed payload is about, if it says so. */
function deviceIn(payload: unknown): string | undefined {
  if (typeof payload !== "object" || payload === null || !("device_id" in payload)) return undefined;
  const parsed = v.safeParse(uuid, payload.device_id);
  return parsed.success ? parsed.output : undefined;
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
