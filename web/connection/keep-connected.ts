import * as v from "valibot";
import type { Connection } from "../../protocol/connection.ts";
import { errorEvent } from "../../protocol/error.ts";
import type { Fault } from "../../protocol/fault.ts";
import { endedByRelay, type Wire } from "./wire.ts";

/** Gone for longer than a moment: what was heard before is old, and nothing can be sent. */
export function isAway(connection: Connection): boolean {
  return connection.kind === "down" || connection.kind === "refused";
}

const quickDelaysMs = [0, 300, 1000];
const slowDelayMs = 5000;
/** Tries that are too many already are not made fewer by haste. */
const limitedDelayMs = 15_000;

export interface KeptConnection {
  /** Tries now instead of at the next turn. */
  retry(): void;
  close(): void;
}

/** Connects at once, again at once when it is lost (three tries), then every 5 s; stops only when refused or closed. */
export function keepConnected(wire: Wire, onChange: (connection: Connection) => void): KeptConnection {
  let lostAtMs: number | undefined;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  /** Why the relay is about to end this connection. */
  let farewell: Fault | undefined;

  function connectIn(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => wire.connect(), delayMs);
  }

  function tryAgain(): void {
    lostAtMs ??= Date.now();
    const quickDelayMs = quickDelaysMs[attempt];
    attempt += 1;
    if (quickDelayMs === undefined) return waitLonger(lostAtMs, slowDelayMs);
    onChange({ kind: "reconnecting", sinceMs: lostAtMs, attempt });
    connectIn(quickDelayMs);
  }

  function waitLonger(sinceMs: number, delayMs: number, fault?: Fault): void {
    const nextTryAtMs = Date.now() + delayMs;
    onChange({ kind: "down", sinceMs, nextTryAtMs, ...(fault === undefined ? {} : { fault }) });
    connectIn(delayMs);
  }

  function giveUp(fault: Fault): void {
    clearTimeout(timer);
    isOver = true;
    onChange({ kind: "refused", fault });
  }

  wire.on("connect", () => {
    clearTimeout(timer);
    lostAtMs = undefined;
    attempt = 0;
    farewell = undefined;
    onChange({ kind: "connected", sinceMs: Date.now() });
  });
  wire.on("error", (payload) => {
    const fault = faultIn(payload);
    if (fault?.code === "AUTH_FAILED") farewell = fault;
  });
  wire.on("disconnect", (reason) => {
    if (isOver) return;
    if (farewell !== undefined && reason === endedByRelay) giveUp(farewell);
    else tryAgain();
  });
  wire.on("connect_error", (error) => {
    if (isOver) return;
    const fault = refusalOf(error);
    if (fault?.code === "AUTH_FAILED" || fault?.code === "FORBIDDEN") giveUp(fault);
    else if (fault?.code === "RATE_LIMITED") waitLonger((lostAtMs ??= Date.now()), limitedDelayMs, fault);
    else tryAgain();
  });

  onChange({ kind: "connecting" });
  wire.connect();

  return {
    retry() {
      if (isOver || wire.connected) return;
      clearTimeout(timer);
      wire.connect();
    },
    close() {
      isOver = true;
      clearTimeout(timer);
      wire.disconnect();
    },
  };
}

/** Socket.IO puts what the relay's middleware said into `error.data`; a network error has none. */
function refusalOf(error: unknown): Fault | undefined {
  return error instanceof Error && "data" in error ? faultIn(error.data) : undefined;
}

function faultIn(payload: unknown): Fault | undefined {
  const parsed = v.safeParse(errorEvent, payload);
  return parsed.success ? parsed.output : undefined;
}
