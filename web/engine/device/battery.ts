export const batteryCommand = "dumpsys battery";

/** Percent from `dumpsys battery`, or undefined when it says none. Some makers count to another `scale` than 100. */
export function parseBatteryLevel(output: string): number | undefined {
  const level = Number(/^\s*level:\s*(\d+)/m.exec(output)?.[1] ?? Number.NaN);
  const scale = Number(/^\s*scale:\s*(\d+)/m.exec(output)?.[1] ?? 100);
  if (!Number.isFinite(level) || !(scale > 0)) return undefined;
  return Math.min(100, Math.round((level / scale) * 100));
}

/** An Android that hangs answers nothing to `dumpsys`, which says so by itself after 10 s (AOSP, cmds/dumpsys). */
export function isDumpOverdue(output: string): boolean {
  return /DUMP TIMEOUT .*EXPIRED/.test(output);
}
