/** The event document's rooms, and one of our own. */
export const dashboardRoom = "dashboard";

/** Every dashboard of one person. */
export function actorRoom(actor: string): string {
  return `actor:${actor}`;
}

export function workerRoom(pcId: string): string {
  return `worker:${pcId}`;
}

export function deviceRoom(deviceId: string): string {
  return `device:${deviceId}`;
}

export function streamRoom(deviceId: string): string {
  return `stream:${deviceId}`;
}
