import type { DeviceIdentity, Problem, ProblemCode } from "../../../protocol/device-state.ts";
import { untilAborted } from "../aborted.ts";
import { backoffMs, type Backoff } from "../backoff.ts";
import { pause } from "../pause.ts";
import type { DeviceLink, OpenLink } from "./device-link.ts";
import type { DeviceEvent } from "./device-machine.ts";
import { problemOfError } from "./problem-of-error.ts";
import { readIdentity } from "./read-identity.ts";

/** Transfers of a pulled phone fail up to 100 ms before the `disconnect` event; this tells the two apart. */
export const unplugGraceMs = 250;
const stableMs = 10_000;
const usualBackoff: Backoff = { firstMs: 500, maxMs: 30_000 };
const backoffs: Partial<Record<ProblemCode, Backoff>> = {
  IN_USE: { firstMs: 3000, maxMs: 30_000 },
  ACCESS_DENIED: { firstMs: 5000, maxMs: 30_000 },
  // Each attempt shows the dialog on the phone again.
  AUTH_REFUSED: { firstMs: 30_000, maxMs: 300_000 },
};

export interface ClaimLoopNeeds {
  openLink: OpenLink;
  /** Aborts when the device is unplugged or the engine stops. */
  plugged: AbortSignal;
  dispatch(event: DeviceEvent): void;
  /** Resolves with why the link is of no more use; the loop closes it. */
  use(link: DeviceLink, identity: DeviceIdentity): Promise<Problem>;
}

export interface ClaimLoop {
  /** Ends a wait before the next attempt. With `isAskedAgain` also an unanswered "Allow USB debugging?". */
  claimNow(isAskedAgain: boolean): void;
  /** Resolves when the device is let go of, after `plugged` aborted. */
  readonly done: Promise<void>;
}

/** Claims a plugged device, again and again with growing waits, for as long as it is plugged. */
export function runClaimLoop(needs: ClaimLoopNeeds): ClaimLoop {
  const { plugged } = needs;
  let failures = 0;
  let waiting = new AbortController();
  let opening: AbortController | undefined;
  let isAuthorizing = false;

  async function attempt(): Promise<Problem> {
    let link: DeviceLink | undefined;
    const present = new AbortController();
    opening = present;
    const startMs = performance.now();
    try {
      needs.dispatch({ type: "claim-started" });
      link = await needs.openLink({
        onAuthorizing: () => {
          if (plugged.aborted) return;
          isAuthorizing = true;
          needs.dispatch({ type: "authorization-asked" });
        },
        signal: AbortSignal.any([plugged, present.signal]),
      });
      isAuthorizing = false;
      const identity = await untilAborted(readIdentity(link, plugged), plugged);
      if (plugged.aborted) return { code: "UNPLUGGED" };
      needs.dispatch({ type: "admitted", identity });
      return await needs.use(link, identity);
    } catch (error) {
      return present.signal.aborted ? { code: "AUTH_PENDING" } : problemOfError(error);
    } finally {
      opening = undefined;
      isAuthorizing = false;
      if (link !== undefined && performance.now() - startMs > stableMs) failures = 0;
      await link?.close();
    }
  }

  async function run(): Promise<void> {
    while (!plugged.aborted) {
      const problem = await attempt();
      await pause(unplugGraceMs, plugged);
      if (plugged.aborted) return;
      failures += 1;
      const isAtOnce = problem.code === "AUTH_PENDING";
      const waitMs = isAtOnce ? 0 : backoffMs(backoffs[problem.code] ?? usualBackoff, failures);
      needs.dispatch({ type: "claim-failed", problem, retryAtMs: Date.now() + waitMs });
      waiting = new AbortController();
      await pause(waitMs, AbortSignal.any([plugged, waiting.signal]));
    }
  }

  return {
    claimNow: (isAskedAgain) => {
      failures = 0;
      waiting.abort();
      if (isAskedAgain && isAuthorizing) opening?.abort();
    },
    done: run(),
  };
}
