import { pause } from "../pause.ts";
import { TimeLimitError } from "../time-limit.ts";
import { batteryCommand, isDumpOverdue, parseBatteryLevel } from "./battery.ts";
import type { DeviceLink } from "./device-link.ts";

const everyMs = 15_000;
/** Sooner after a late answer, so that a device is not called slow for longer than it is. */
const againMs = 5000;
const slowMs = 3000;
const askAgainMs = 10_000;
const deadMs = 20_000;

export interface LivenessNeeds {
  link: Pick<DeviceLink, "shell" | "heardAtMs">;
  /** Whether an Android is behind ADB, which knows its battery and may hang by itself. */
  isAndroid: boolean;
  onAnswer(batteryLevel: number | undefined): void;
  /** How it is slow, for a person; undefined when it is not any more. */
  onSlow(detail: string | undefined): void;
  signal: AbortSignal;
}

/**
 * Asks the device for its battery now and every 15 s: resolves with what is wrong when it does not answer within 20 s,
 * although asked twice, or when the signal aborts. A late answer is slow, not dead; so is a device that sends other data
 * meanwhile, for instance a large file over a slow cable.
 */
export async function watchLiveness(needs: LivenessNeeds): Promise<string> {
  const { link, isAndroid, signal } = needs;

  /** Undefined: no shell is to be had, which also is an answer. */
  async function ask(limitMs: number): Promise<{ batteryLevel: number | undefined } | undefined> {
    const answer = await link.shell(isAndroid ? batteryCommand : "echo", limitMs).catch((error: unknown) => {
      if (error instanceof TimeLimitError) throw error;
    });
    if (answer === undefined) return undefined;
    if (isDumpOverdue(answer.stdout)) throw new TimeLimitError("Android hangs");
    return { batteryLevel: parseBatteryLevel(answer.stdout) };
  }

  async function askTwice(): ReturnType<typeof ask> {
    const answered = new AbortController();
    const again = pause(askAgainMs, AbortSignal.any([answered.signal, signal]));
    try {
      return await Promise.any([
        ask(deadMs),
        again.then(() => (answered.signal.aborted ? undefined : ask(deadMs - askAgainMs))),
      ]);
    } finally {
      answered.abort();
    }
  }

  while (!signal.aborted) {
    const askedMs = performance.now();
    const slowTimer = setTimeout(() => needs.onSlow(`no answer for ${slowMs / 1000} s`), slowMs);
    const answer = await askTwice().catch(() => "none" as const);
    clearTimeout(slowTimer);
    if (signal.aborted) break;
    const tookMs = performance.now() - askedMs;
    if (answer === "none" && link.heardAtMs() < askedMs)
      return `no answer for ${deadMs / 1000} s, though asked twice`;
    const isSlow = tookMs > slowMs;
    if (!isSlow) needs.onSlow(undefined);
    else if (answer !== "none") needs.onSlow(`answered after ${(tookMs / 1000).toFixed(1)} s`);
    else needs.onSlow(`sends data, but has not answered for ${deadMs / 1000} s`);
    if (answer !== "none" && answer !== undefined) needs.onAnswer(answer.batteryLevel);
    await pause(isSlow ? againMs : everyMs, signal);
  }
  return "stopped";
}
