/** What came of it. */
export interface FuzzResult {
  sent: number;
  answered: number;
  /** Answers and `error` events by code; `ok` for what was not refused. */
  outcomes: Map<string, number>;
  complaints: Set<string>;
}

/** Tells how many more were sent. */
export type Count = (sent: number) => Promise<void>;

/** How long the relay may take over anything. */
export const answerLimitMs = 60_000;

export function tally(result: FuzzResult, outcome: string): void {
  result.outcomes.set(outcome, (result.outcomes.get(outcome) ?? 0) + 1);
}

export function codeOf(said: unknown): string {
  const fault: unknown = typeof said === "object" && said !== null && "fault" in said ? said.fault : said;
  return typeof fault === "object" && fault !== null && "code" in fault ? String(fault.code) : "ok";
}
