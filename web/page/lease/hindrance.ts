import { isAway } from "../../connection/keep-connected.ts";
import type { DashboardLink } from "../link/dashboard-link.ts";
import { clockWords } from "../look/clock.ts";

type Known = Pick<DashboardLink, "state" | "leases">;

/** Why this person can send nothing at all now, in a few words; nothing when they can. */
export function hindranceOf({ state }: Known): string | undefined {
  if (state.fallback.kind === "live") return "Status only while the relay is away";
  if (isAway(state.connection)) return "Not connected to the relay";
  return state.role === "viewer" ? "You may watch only" : undefined;
}

/** Who else holds the device and until when; nothing when nobody does. */
export function otherHolderOf({ state, leases }: Known, deviceId: string): string | undefined {
  const lease = leases.held[deviceId];
  if (lease === undefined || lease.actor === state.actor) return undefined;
  return `Held by ${lease.actor} until ${clockWords(lease.expires_at)}`;
}

/** Why this person cannot drive this device now. */
export function deviceHindranceOf(known: Known, deviceId: string): string | undefined {
  return hindranceOf(known) ?? otherHolderOf(known, deviceId);
}

/** Why this person may not run shell commands, wherever. */
export function shellHindranceOf({ state }: Known): string | undefined {
  return state.isListed && !state.mayShell ? "Only admins may use the shell here" : undefined;
}
