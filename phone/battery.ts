import type { PhoneModel } from "./model.ts";

const minutesPerPercent = 9;
const lowestPercent = 4;

/** What is left after `upMs` milliseconds; the status bar and `dumpsys battery` both ask here, so that they agree. */
export function batteryPercent(model: PhoneModel, upMs: number): number {
  const drained = Math.floor(upMs / (minutesPerPercent * 60_000));
  return Math.max(Math.min(lowestPercent, model.battery), model.battery - drained);
}
