import { endedByRelay, type Wire } from "../../connection/wire.ts";
import { errorEvent } from "../../../protocol/error.ts";
import { faultCodes, type Fault } from "../../../protocol/fault.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import { backoffMs, jittered } from "../backoff.ts";

const refusedRetryMs = 30_000;
const farewellMs = 1000;
/** 1, 2, 4, 8, 16, 30, 30, … seconds, for ever. */
const retryBackoff = { firstMs: 1000, maxMs: 30_000 };

export interface SteadyWireNeeds<W extends Wire> {
  /** Makes the wire, which opens nothing by itself; what `asks` returns is a part of every handshake. */
  make(asks: () => { take_over?: boolean }): W;
  onAttempt(attempt: number): void;
  /** The relay does not let us in, or sent us away. */
  onRefused(fault: Fault): void;
}

/** A connection that never gives up. */
export interface SteadyWire<W extends Wire> {
  wire: W;
  /** Connects at once, asking to take the place of whoever keeps this one out. Once it is in, it asks no more. */
  takeOver(): void;
  /** Connects at once instead of at the next turn: the relay is known to be there. */
  hurry(): void;
  close(): void;
}

/**
 * Tries again whatever happens, what the network does to it as well as what a server says: a farm PC has nobody to
 * press "retry". Connects at once.
 */
export function openSteadyWire<W extends Wire>(needs: SteadyWireNeeds<W>): SteadyWire<W> {
  let isTakingOver = false;
  const wire = needs.make(() => (isTakingOver ? { take_over: true } : {}));
  let attempt = 0;
  let isClosed = false;
  let farewell: { fault: Fault; atMs: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function retryIn(waitMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      wire.connect();
    }, waitMs);
  }

  wire.on("connect", () => {
    attempt = 0;
    farewell = undefined;
    // Whoever takes over later must not be fought.
    isTakingOver = false;
  });
  wire.on("error", (fault) => {
    // What ends a connection is told before it ends.
    const told = parsePayload("error", errorEvent, fault);
    if (told.ok) farewell = { fault: told.value, atMs: performance.now() };
  });
  wire.on("connect_error", (error) => {
    if (isClosed) return;
    attempt += 1;
    const fault = refusalOf(error);
    if (fault === undefined) {
      needs.onAttempt(attempt);
      retryIn(jittered(backoffMs(retryBackoff, attempt)));
      return;
    }
    needs.onRefused(fault);
    // FORBIDDEN is another worker of this PC, often only this one's own connection from before a reload.
    retryIn(fault.code === "AUTH_FAILED" ? refusedRetryMs : backoffMs(retryBackoff, attempt));
  });
  wire.on("disconnect", (reason) => {
    if (isClosed) return;
    attempt += 1;
    // What was refused long before is not why the relay closes now.
    const last = farewell !== undefined && performance.now() - farewell.atMs < farewellMs && farewell.fault;
    if (reason === endedByRelay && last) needs.onRefused(last);
    else needs.onAttempt(attempt);
    retryIn(jittered(backoffMs(retryBackoff, attempt)));
  });

  wire.connect();
  return {
    wire,
    takeOver: () => {
      if (wire.connected) return;
      isTakingOver = true;
      clearTimeout(timer);
      timer = undefined;
      wire.connect();
    },
    hurry: () => {
      if (timer === undefined || wire.connected) return;
      retryIn(0);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      timer = undefined;
      wire.disconnect();
    },
  };
}

/** Undefined when nobody answered. A relay that refuses and does not say why is taken to mean the token. */
function refusalOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error) || !("data" in error)) return undefined;
  const { data } = error;
  const code = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  const known = faultCodes.find((each) => each === code);
  return { code: known ?? "AUTH_FAILED", message: error.message };
}
