import type { ProblemCode, RecoveryRung } from "../../../protocol/device-state.ts";
import { backoffMs } from "../backoff.ts";

export type Rung =
  | { at: Exclude<RecoveryRung, "restart" | "person"> }
  /** `tries` counts from 1. */
  | { at: "restart" | "person"; tries: number };

/** Where a device stands on the way back: on the ground all is well, each failure leads one rung up. */
export type Ladder = { at: "ground" } | Rung;

export const ground: Ladder = { at: "ground" };

const restarts = 4;
const restartBackoff = { firstMs: 1000, maxMs: 8000 };
/** Also while a person is awaited: a kiosk's tab runs for months, and most phones heal by themselves. */
const personBackoff = { firstMs: 30_000, maxMs: 300_000 };

/** What makes a device climb. The others wait for a person or for another program already, and no reset helps them. */
export function isStuck(code: ProblemCode): boolean {
  return code === "ADB_TIMEOUT" || code === "ADB_PROTOCOL" || code === "USB_ERROR";
}

/** The rung after this one failed, or could not be taken. */
export function nextRung(ladder: Ladder): Rung {
  switch (ladder.at) {
    case "ground":
      return { at: "reclaim" };
    case "reclaim":
      return { at: "usb-reset" };
    case "usb-reset":
      return { at: "restart", tries: 1 };
    case "restart":
      return ladder.tries < restarts ? { at: "restart", tries: ladder.tries + 1 } : { at: "reboot" };
    case "reboot":
      return { at: "person", tries: 1 };
    case "person":
      return { at: "person", tries: ladder.tries + 1 };
    default:
      return ladder satisfies never;
  }
}

/** How long to wait before a rung is taken. */
export function waitMsBefore(rung: Rung): number {
  if (rung.at === "restart") return backoffMs(restartBackoff, rung.tries);
  return rung.at === "person" ? backoffMs(personBackoff, rung.tries) : 0;
}

/**
 * How long ADB's handshake may take. adbd answers at once even where Android is slow, but one whose computer vanished in
 * mid-packet swallows the next greeting: the first tries find that out sooner, the later ones have all patience.
 */
export function handshakeLimitMs(ladder: Ladder): number {
  return ladder.at === "ground" || ladder.at === "reclaim" ? 5000 : 10_000;
}
