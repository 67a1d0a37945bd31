import type { CommandTarget } from "../link/command-desk.ts";
import type { DashboardLink } from "../link/dashboard-link.ts";

/** Whom a command waits for that the relay keeps until the PC or its phone is back; nothing when that is not why. */
export function waitingWords(
  { book }: Pick<DashboardLink, "book">,
  target: CommandTarget | undefined,
): string | undefined {
  if (target?.status !== "sent") return undefined;
  const device = book.devices[target.deviceId];
  if (device === undefined) return undefined;
  if (book.workers[device.pc_id]?.is_online === false) return `waiting for ${device.pc_id}`;
  return device.health_status === "zombie" ? "waiting for the phone" : undefined;
}
