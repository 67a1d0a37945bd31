import type { PhoneModel } from "./model.ts";

const MINUTES_PER_PERCENT = 9;
const LOWEST_PERCENT = 4;

/** What is left after `upMs` milliseconds; the status bar and `dumpsys battery` both ask here, so that they agree. */
export function batteryPercent(model: PhoneModel, upMs: number): number {
  const drained = Math.floor(upMs / (MINUTES_PER_PERCENT * 60_000));
  return Math.max(Math.min(LOWEST_PERCENT, model.battery), model.battery - drained);
}
