import type { Fault } from "./fault.ts";

/** The life of one connection to the relay. Times are Unix milliseconds of this browser. */
export type Connection =
  | { kind: "connecting" }
  | { kind: "connected"; sinceMs: number }
  /** Just lost: one of the three quick tries is under way. */
  | { kind: "reconnecting"; sinceMs: number; attempt: number }
  /** The quick tries are used up; slower ones go on. `sinceMs` is when it was lost, `fault` what the relay said, if it did. */
  | { kind: "down"; sinceMs: number; nextTryAtMs: number; fault?: Fault }
  /** The relay does not want this token, or not any more: trying again without another one is useless. */
  | { kind: "refused"; fault: Fault };
