import type { CommandSend } from "../../protocol/command.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { Device, DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";

/** A device that a command is for; `fault` says why it cannot be reached. */
export interface Target {
  deviceId: string;
  device: Device | undefined;
  fault?: Fault;
}

/** Why this device must not be given the command now; undefined when it may. */
export type TargetRefusal = (deviceId: string) => Fault | undefined;

/** Whom a command is for. A single target must be reachable; of many, those that are not are told apart. */
export function chooseTargets(
  command: CommandSend,
  registry: DeviceRegistry,
  presence: Presence,
  refusal: TargetRefusal,
): Result<Target[]> {
  const targetOf = (deviceId: string) => examine(deviceId, registry.find(deviceId), presence, refusal);

  if (command.broadcast !== true) {
    const target = targetOf(command.device_id ?? "");
    return target.fault === undefined ? succeed([target]) : { ok: false, fault: target.fault };
  }
  if (command.broadcast_device_ids !== undefined) {
    return succeed([...new Set(command.broadcast_device_ids)].map(targetOf));
  }
  if (command.group !== undefined) {
    return fail("FORBIDDEN", "groups are not served yet by this relay; name the devices");
  }
  const connected = registry.list().filter(({ kind }) => kind === "present");
  return succeed(connected.map(({ picture }) => targetOf(picture.device_id)));
}

function examine(
  deviceId: string,
  device: Device | undefined,
  presence: Presence,
  refusal: TargetRefusal,
): Target {
  if (device === undefined) {
    const { fault } = fail("DEVICE_NOT_FOUND", `no worker ever reported device ${deviceId}`);
    return { deviceId, device, fault };
  }
  const refused = refusal(deviceId);
  if (refused !== undefined) return { deviceId, device, fault: refused };
  if (presence.isReachable(device)) return { deviceId, device };
  const { serial_number: serialNumber, pc_id: pcId } = device.picture;
  const { fault } = fail("WORKER_OFFLINE", `device ${serialNumber} of ${pcId} is offline`);
  return { deviceId, device, fault };
}
