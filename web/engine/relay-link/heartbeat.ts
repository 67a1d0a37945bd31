import type { DeviceState } from "../../../protocol/device-state.ts";
import type { DeviceFacts, Heartbeat, HeartbeatDevice } from "../../../protocol/heartbeat.ts";

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

function heartbeatDeviceOf(present: PresentDevice): HeartbeatDevice {
  const { serialNumber, state } = present;
  const device = { serial_number: serialNumber, state: state.kind };
  const problem = "problem" in state && state.problem !== undefined ? { problem: state.problem } : {};
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
    manufacturer: identity.manufacturer,
    model: identity.model,
    android_version: identity.androidVersion,
    screen: identity.screen,
  };
}

/** Until a device lets us in, people know it by the name USB has for it. */
function usbFactsOf({ manufacturerName, productName }: PresentDevice): DeviceFacts {
  const manufacturer = manufacturerName.trim().slice(0, nameLength);
  const model = productName.trim().slice(0, nameLength);
  return { ...(manufacturer !== "" && { manufacturer }), ...(model !== "" && { model }) };
}
