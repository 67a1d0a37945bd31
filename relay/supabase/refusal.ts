/** Why a request to the project did not do what it asks for. */
export type Refusal =
  /** For a reason that is not in the rows. */
  | { kind: "not now"; reason: string }
  /** It did not answer in time: fewer rows may. */
  | { kind: "too slow"; reason: string }
  /** At least one of the rows can never be taken. */
  | { kind: "refused"; reason: string };

/** What supabase-js says of a request. */
interface Answer {
  status: number;
  error: { code?: string | undefined; message: string };
}

const answerLimitMs = 20_000;

/** Ends a request that takes too long. */
export function answerLimit(): AbortSignal {
  return AbortSignal.timeout(answerLimitMs);
}

/**
 * SQLSTATEs that a row is to blame for: data exceptions (class 22), and what it must not lack, repeat or break. A farm that
 * is not there (23503) is everybody's trouble, as are keys, tables and the network.
 */
const rowsFault = /^(22...|23502|23505|23514)$/;
const tooLarge = 413;

export function refusalOf({ status, error }: Answer, limit: AbortSignal): Refusal {
  if (limit.aborted) return { kind: "too slow", reason: `no answer within ${answerLimitMs / 1000} s` };
  const { code = "", message } = error;
  const reason = [status === 0 ? "" : status, code, message].filter((part) => part !== "").join(" ");
  return { kind: rowsFault.test(code) || status === tooLarge ? "refused" : "not now", reason };
}
