import { pause } from "../pause.ts";
import { TimeLimitError } from "../time-limit.ts";
import { batteryCommand, parseBatteryLevel } from "./battery.ts";
import type { DeviceLink } from "./device-link.ts";

const everyMs = 45_000;
const limitMs = 15_000;
const missesToDie = 2;

/**
 * Reads the battery now and every 45 s. It is also the check that ADB still answers: resolves with what is wrong
 * after two unanswered reads in a row, or when the signal aborts.
 */
export async function probeBattery(
  link: Pick<DeviceLink, "shell">,
  onLevel: (percent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  let misses = 0;
  while (!signal.aborted) {
    try {
      const { stdout } = await link.shell(batteryCommand, limitMs);
      misses = 0;
      const level = parseBatteryLevel(stdout);
      if (level !== undefined && !signal.aborted) onLevel(level);
    } catch (error) {
      if (error instanceof TimeLimitError) misses += 1;
      if (misses >= missesToDie) return "ADB does not answer any more";
    }
    await pause(misses > 0 ? 1000 : everyMs, signal);
  }
  return "stopped";
}
