import type { DeviceIdentity, Problem, ProblemCode } from "../../../protocol/device-state.ts";
import { untilAborted } from "../aborted.ts";
import { backoffMs, type Backoff } from "../backoff.ts";
import { pause } from "../pause.ts";
import type { DeviceLink, OpenLink } from "./device-link.ts";
import type { DeviceEvent } from "./device-machine.ts";
import { problemOfError } from "./problem-of-error.ts";
import { readIdentity } from "./read-identity.ts";
import type { Recovery } from "./recovery.ts";
import { handshakeLimitMs, isStuck, waitMsBefore } from "./recovery-ladder.ts";

/** Transfers of a pulled phone fail up to 100 ms before the `disconnect` event; this tells the two apart. */
export const unplugGraceMs = 250;
/** How long a phone that was told to reboot may take to leave USB. */
const leavesWithinMs = 30_000;
const stableMs = 10_000;
/** Of what is not the ladder's; an "Allow USB debugging?" that a person wants again comes at once. */
const backoffs: Partial<Record<ProblemCode, Backoff>> = {
  IN_USE: { firstMs: 3000, maxMs: 30_000 },
  ACCESS_DENIED: { firstMs: 5000, maxMs: 30_000 },
  // Each attempt shows the dialog on the phone again.
  AUTH_REFUSED: { firstMs: 30_000, maxMs: 300_000 },
};

export interface ClaimLoopNeeds {
  openLink: OpenLink;
  recovery: Recovery;
  /** Aborts when the device is unplugged or the engine stops. */
  plugged: AbortSignal;
  dispatch(event: DeviceEvent): void;
  /** Works with the link for as long as it is of use; without an identity no Android is behind it. */
  hold(link: DeviceLink, identity: DeviceIdentity | undefined): Holding;
}

/** A device that lets us in. */
export interface Holding {
  /** Resolves with why the link is of no more use. */
  readonly failed: Promise<Problem>;
  /** Ends what works with it; the loop closes the link afterwards. Never rejects. */
  letGo(): Promise<void>;
}

export interface ClaimLoop {
  /** Ends a wait before the next attempt. With `isAskedAgain` also an unanswered "Allow USB debugging?". */
  claimNow(isAskedAgain: boolean): void;
  /** Resolves when the device is let go of, after `plugged` aborted. */
  readonly done: Promise<void>;
}

/** How an attempt ended, and what it still holds. */
interface Ending {
  problem: Problem;
  link: DeviceLink | undefined;
  letGo: () => Promise<void>;
}

/** Claims a plugged device, again and again, for as long as it is plugged: up the ladder when it is stuck, else with growing waits. */
export function runClaimLoop(needs: ClaimLoopNeeds): ClaimLoop {
  const { plugged, recovery } = needs;
  /** In a row, of those that are not the ladder's. */
  let failures = 0;
  let waiting = new AbortController();
  let opening: AbortController | undefined;
  let isAuthorizing = false;

  function onUsbReset(refusal: string | undefined): void {
    if (refusal === undefined) recovery.took("usb-reset");
    else recovery.skip("usb-reset", `refused: ${refusal}`);
  }

  async function open(signal: AbortSignal): Promise<DeviceLink> {
    const ladder = recovery.ladder();
    const link = await needs.openLink({
      onAuthorizing: () => {
        if (plugged.aborted) return;
        isAuthorizing = true;
        needs.dispatch({ type: "authorization-asked" });
      },
      onUsbReset: ladder.at === "usb-reset" ? onUsbReset : undefined,
      handshakeLimitMs: handshakeLimitMs(ladder),
      signal,
    });
    isAuthorizing = false;
    return link;
  }

  async function attempt(): Promise<Ending> {
    let link: DeviceLink | undefined;
    let holding: Holding | undefined;
    const present = new AbortController();
    opening = present;
    const letGo = async (): Promise<void> => {
      await holding?.letGo();
      await link?.close();
    };
    try {
      needs.dispatch({ type: "claim-started" });
      link = await open(AbortSignal.any([plugged, present.signal]));
      const onBooting = (): void => void (!plugged.aborted && needs.dispatch({ type: "booting" }));
      const identity = await untilAborted(readIdentity(link, onBooting, plugged), plugged);
      needs.dispatch({ type: "admitted", ...(identity && { identity }) });
      const startMs = performance.now();
      recovery.admitted();
      holding = needs.hold(link, identity);
      const problem = await holding.failed;
      if (performance.now() - startMs > stableMs) failures = 0;
      return { problem, link, letGo };
    } catch (error) {
      const problem = present.signal.aborted ? ({ code: "AUTH_PENDING" } as const) : problemOfError(error);
      return { problem, link, letGo };
    } finally {
      opening = undefined;
      isAuthorizing = false;
    }
  }

  /** A phone that opens ADB on this rung and is of no use all the same. */
  async function reboot(link: DeviceLink | undefined, problem: Problem): Promise<void> {
    if (link === undefined) {
      recovery.skip("reboot", "ADB did not open");
      return;
    }
    needs.dispatch({ type: "claim-failed", problem, retryAtMs: Date.now() + leavesWithinMs, rung: "reboot" });
    // It may be gone before it has said that it goes.
    recovery.took("reboot");
    try {
      await untilAborted(link.reboot(), plugged);
      await pause(leavesWithinMs, plugged);
    } catch (error) {
      if (!plugged.aborted) recovery.skip("reboot", problemOfError(error).detail ?? "ADB refused");
    }
  }

  /** What comes after a failure is told to the device; returns how long to wait for it. */
  function plan(problem: Problem): number {
    if (isStuck(problem.code)) {
      const rung = recovery.climb();
      const waitMs = waitMsBefore(rung);
      const told = rung.at === "person" ? needsPerson(problem) : problem;
      needs.dispatch({ type: "claim-failed", problem: told, retryAtMs: Date.now() + waitMs, rung: rung.at });
      return waitMs;
    }
    failures += 1;
    const backoff = backoffs[problem.code];
    const waitMs = backoff === undefined ? 0 : backoffMs(backoff, failures);
    needs.dispatch({ type: "claim-failed", problem, retryAtMs: Date.now() + waitMs });
    return waitMs;
  }

  async function run(): Promise<void> {
    while (!plugged.aborted) {
      const { problem, link, letGo } = await attempt();
      // A hung phone fails no transfers; whatever failed some may have been pulled.
      if (problem.code !== "ADB_TIMEOUT") await pause(unplugGraceMs, plugged);
      if (!plugged.aborted && isStuck(problem.code) && recovery.ladder().at === "reboot")
        await reboot(link, problem);
      waiting = new AbortController();
      const waited = plugged.aborted
        ? undefined
        : pause(plan(problem), AbortSignal.any([plugged, waiting.signal]));
      await letGo();
      await waited;
    }
  }

  return {
    claimNow: (isAskedAgain) => {
      failures = 0;
      waiting.abort();
      if (isAskedAgain) recovery.restart();
      if (isAskedAgain && isAuthorizing) opening?.abort();
    },
    done: run(),
  };
}

function needsPerson({ code, detail }: Problem): Problem {
  return { code: "NEEDS_PERSON", detail: `${code}: ${detail ?? "no more is known"}` };
}
