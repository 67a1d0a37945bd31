import type { DeviceIdentity, DeviceState } from "../../../protocol/device-state.ts";
import type { DeviceFacts, Heartbeat, HeartbeatDevice } from "../../../protocol/heartbeat.ts";
import type { HeartbeatNews } from "./heartbeat-timer.ts";

const nameLength = 256;

export interface PresentDevice {
  serialNumber: string;
  /** What USB says of it; empty when it says nothing. */
  productName: string;
  manufacturerName: string;
  state: DeviceState;
}

/** What the relay is told. An unplugged device is left out: that is how the relay learns that it is gone. */
export function heartbeatOf(pcId: string, nowMs: number, devices: readonly PresentDevice[]): Heartbeat {
  return {
    pc_id: pcId,
    timestamp: new Date(nowMs).toISOString(),
    devices: devices.filter(({ state }) => state.kind !== "lost").map(heartbeatDeviceOf),
  };
}

/** How urgent it is to tell `next` after `last`: which devices are there and which answer cannot wait. */
export function newsBetween(
  last: readonly HeartbeatDevice[],
  next: readonly HeartbeatDevice[],
): HeartbeatNews {
  if (JSON.stringify(next) === JSON.stringify(last)) return "none";
  return answering(next) === answering(last) ? "some" : "urgent";
}

function answering(devices: readonly HeartbeatDevice[]): string {
  return JSON.stringify(devices.map(({ serial_number, adb_connected }) => [serial_number, adb_connected]));
}

function heartbeatDeviceOf(present: PresentDevice): HeartbeatDevice {
  const { serialNumber, state } = present;
  const device = { serial_number: serialNumber, state: state.kind };
  const worst = "problems" in state ? state.problems[0] : state.problem;
  const problem = worst === undefined ? {} : { problem: worst };
  if (state.kind !== "ready" && state.kind !== "busy") {
    return { ...device, ...problem, ...usbFactsOf(present), status: "offline", adb_connected: false };
  }
  const { identity, batteryLevel } = state;
  return {
    ...device,
    ...problem,
    status: state.kind === "ready" ? "idle" : "busy",
    adb_connected: true,
    ...(batteryLevel !== undefined && { battery_level: batteryLevel }),
    ...(identity === undefined ? usbFactsOf(present) : androidFactsOf(identity)),
  };
}

function androidFactsOf({ manufacturer, model, androidVersion, screen }: DeviceIdentity): DeviceFacts {
  return { manufacturer, model, android_version: androidVersion, screen };
}

/** Until a device lets us in, and where no Android says more, people know it by the name USB has for it. */
function usbFactsOf({ manufacturerName, productName }: PresentDevice): DeviceFacts {
  const manufacturer = manufacturerName.trim().slice(0, nameLength);
  const model = productName.trim().slice(0, nameLength);
  return { ...(manufacturer !== "" && { manufacturer }), ...(model !== "" && { model }) };
}
