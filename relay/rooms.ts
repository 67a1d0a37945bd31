/** The event document's rooms. */
export const dashboardRoom = "dashboard";

export function workerRoom(pcId: string): string {
  return `worker:${pcId}`;
}

export function deviceRoom(deviceId: string): string {
  return `device:${deviceId}`;
}

export function streamRoom(deviceId: string): string {
  return `stream:${deviceId}`;
}
