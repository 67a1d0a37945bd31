import * as v from "valibot";
import { errorEvent } from "../../../protocol/error.ts";
import type { Fault } from "../../../protocol/fault.ts";
import type { Wire } from "./wire.ts";

/** The life of one connection to the relay. Times are Unix milliseconds of this browser. */
export type Connection =
  | { kind: "connecting" }
  | { kind: "connected"; sinceMs: number }
  /** Just lost: one of the three quick tries is under way. */
  | { kind: "reconnecting"; sinceMs: number; attempt: number }
  /** The quick tries are used up; slower ones go on. `sinceMs` is when it was lost. */
  | { kind: "down"; sinceMs: number; nextTryAtMs: number }
  /** The relay does not want this token: trying again without another one is useless. */
  | { kind: "refused"; fault: Fault };

const quickDelaysMs = [0, 300, 1000];
const slowDelayMs = 5000;

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

  function tryAgain(): void {
    if (isOver) return;
    lostAtMs ??= Date.now();
    const quickDelayMs = quickDelaysMs[attempt];
    attempt += 1;
    if (quickDelayMs === undefined) {
      onChange({ kind: "down", sinceMs: lostAtMs, nextTryAtMs: Date.now() + slowDelayMs });
    } else {
      onChange({ kind: "reconnecting", sinceMs: lostAtMs, attempt });
    }
    clearTimeout(timer);
    timer = setTimeout(() => wire.connect(), quickDelayMs ?? slowDelayMs);
  }

  wire.on("connect", () => {
    clearTimeout(timer);
    lostAtMs = undefined;
    attempt = 0;
    onChange({ kind: "connected", sinceMs: Date.now() });
  });
  wire.on("disconnect", tryAgain);
  wire.on("connect_error", (error) => {
    const fault = refusalOf(error);
    if (fault === undefined) return tryAgain();
    clearTimeout(timer);
    isOver = true;
    onChange({ kind: "refused", fault });
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
  if (!(error instanceof Error) || !("data" in error)) return undefined;
  const parsed = v.safeParse(errorEvent, error.data);
  if (!parsed.success) return undefined;
  return parsed.output.code === "AUTH_FAILED" || parsed.output.code === "FORBIDDEN"
    ? parsed.output
    : undefined;
}
