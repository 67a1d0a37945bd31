import type { FallbackAccount } from "../../../protocol/fallback.ts";

type Budget = Pick<FallbackAccount, "workers" | "messages_per_second">;

const leastMs = 5000;
/** Of what the project takes: workers do not know of each other, so now and then more of them than usual coincide. */
const usedShare = 2 / 3;
/** Sign-ins from one address are limited to some 1,800 an hour. */
const signInMs = 3000;
const leastSignInWindowMs = 600_000;

/** Each of the farm's workers writes once in this time at most, so that all of them stay within the budget. */
export function writeIntervalMs({ workers, messages_per_second: perSecond }: Budget): number {
  return Math.max(leastMs, (1000 * workers) / (perSecond * usedShare));
}

/** Each signs in at a random moment of this time after it got its account. */
export function signInWindowMs({ workers }: Budget): number {
  return Math.max(leastSignInWindowMs, workers * signInMs);
}
