import type { CommandTarget } from "../link/command-desk.ts";
import type { DashboardLink } from "../link/dashboard-link.ts";

/** Whom a command waits for that the relay keeps until its device's PC is back; nothing when that is not why. */
export function waitingWords(
  { book }: Pick<DashboardLink, "book">,
  target: CommandTarget | undefined,
): string | undefined {
  if (target?.status !== "sent") return undefined;
  const pcId = book.devices[target.deviceId]?.pc_id;
  const isAway = pcId !== undefined && book.workers[pcId]?.is_online === false;
  return isAway ? `waiting for ${pcId}` : undefined;
}
