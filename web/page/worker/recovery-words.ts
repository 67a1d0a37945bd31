import { recoveryRungs, type RecoveryRung } from "../../../protocol/device-state.ts";
import type { RecoveryReport } from "../../../protocol/engine.ts";

/** `name`: what is being tried; `done`: what was, before how often. */
export const rungWords: Record<RecoveryRung, { name: string; done: string }> = {
  reclaim: { name: "Claim it again", done: "claimed again" },
  "usb-reset": { name: "Reset its USB", done: "USB reset" },
  restart: { name: "Start over, with waits", done: "started over" },
  reboot: { name: "Reboot it", done: "rebooted" },
  person: { name: "Ask a person", done: "asked a person" },
};

/** What it took to get a phone back so far, or nothing when nothing was needed. */
export function takenWords({ taken, recoveredAtMs }: RecoveryReport): string | undefined {
  const counts = recoveryRungs
    .map((rung) => ({ rung, count: taken[rung] ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ rung, count }) => `${rungWords[rung].done} ${count}×`);
  if (counts.length === 0) return undefined;
  const when = recoveredAtMs === undefined ? "" : `, last back at ${timeWords(recoveredAtMs)}`;
  return `Recovery: ${counts.join(", ")}${when}`;
}

/** The day too once it is another: a kiosk runs for months. */
function timeWords(atMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString()} ${time}`;
}
