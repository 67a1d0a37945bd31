import { deviceIdOf, sharedSerialDeviceId } from "../../protocol/device-id.ts";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { fail, type Fault } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Store } from "../store/store.ts";

/** What the relay knows of a device. `present`: in its worker's latest heartbeat, and the worker was not lost since. */
export interface Device {
  kind: "present" | "gone";
  picture: DeviceStatusUpdate;
  isAdbConnected: boolean;
}

/** What changes in a picture; the version is the registry's own. */
export type PictureChange = Omit<DeviceStatusUpdate, "version">;

/** So that a worker that reports new serial numbers without end does not fill memory, disk and dashboards. */
export const mostGoneOfOnePc = 1000;

/** Every device the relay remembers. */
export interface DeviceRegistry {
  find(deviceId: string): Device | undefined;
  list(): Device[];
  /** The id of the device with this serial number on this PC; another one than usual when another PC has it too. */
  resolveId(pcId: string, serialNumber: string): string;
  /** Present devices with this serial number, on whatever PC. */
  presentWithSerial(serialNumber: string): Device[];
  /** Replaces a device's picture under a greater version, which it returns. Those gone for longest are forgotten. */
  put(kind: Device["kind"], isAdbConnected: boolean, change: PictureChange): DeviceStatusUpdate;
  /** Somebody else gave the device this version: ours becomes greater, and is told with the next change. */
  raiseVersion(deviceId: string, above: number): void;
  /** As if it had never been reported; should it be again, its version is greater still. */
  forget(deviceId: string): void;
}

export function makeDeviceRegistry(store: Store, clock: Clock): DeviceRegistry {
  const devices = new Map<string, Device>();
  const bySerial = makeIndex();
  const byPc = makeIndex();
  let greatestForgotten = 0;

  function remember(device: Device): void {
    const { device_id: deviceId, serial_number: serialNumber, pc_id: pcId } = device.picture;
    const previousPc = devices.get(deviceId)?.picture.pc_id;
    if (previousPc !== undefined && previousPc !== pcId) byPc.remove(previousPc, deviceId);
    devices.set(deviceId, device);
    bySerial.add(serialNumber, deviceId);
    byPc.add(pcId, deviceId);
  }

  function found(ids: Iterable<string>): Device[] {
    return [...ids].map((id) => devices.get(id)).filter((device) => device !== undefined);
  }

  function forgetLongestGone(pcId: string): void {
    const gone = found(byPc.idsOf(pcId)).filter(({ kind }) => kind === "gone");
    if (gone.length <= mostGoneOfOnePc) return;
    gone.sort((one, other) => one.picture.version - other.picture.version);
    for (const { picture } of gone.slice(0, -mostGoneOfOnePc)) forget(picture);
  }

  function forget({
    device_id: deviceId,
    serial_number: serialNumber,
    pc_id: pcId,
    version,
  }: DeviceStatusUpdate) {
    devices.delete(deviceId);
    bySerial.remove(serialNumber, deviceId);
    byPc.remove(pcId, deviceId);
    store.forgetDevice(deviceId);
    greatestForgotten = Math.max(greatestForgotten, version);
  }

  for (const picture of store.listDevices()) {
    remember({
      kind: "gone",
      picture: { ...pictureOfGone(picture), version: picture.version },
      isAdbConnected: false,
    });
  }

  return {
    find: (deviceId) => devices.get(deviceId),
    list: () => [...devices.values()],
    resolveId(pcId, serialNumber) {
      // Once told apart, two phones stay told apart: whoever reports first after a restart must not swap them.
      const ownId = sharedSerialDeviceId(pcId, serialNumber);
      if (devices.has(ownId)) return ownId;
      const usualId = deviceIdOf(serialNumber);
      const holder = devices.get(usualId);
      const isTaken = holder?.kind === "present" && holder.picture.pc_id !== pcId;
      return isTaken ? ownId : usualId;
    },
    presentWithSerial: (serialNumber) =>
      found(bySerial.idsOf(serialNumber)).filter(({ kind }) => kind === "present"),
    put(kind, isAdbConnected, change) {
      // At least the time, so that versions also grow over a restart that lost the last write.
      const previous = devices.get(change.device_id)?.picture.version ?? greatestForgotten;
      const picture = { ...change, version: Math.max(previous + 1, clock.now()) };
      // In this order: what could not be written is news still when the next heartbeat says it again.
      store.saveDevice(picture);
      remember({ kind, picture, isAdbConnected });
      if (kind === "gone") forgetLongestGone(picture.pc_id);
      return picture;
    },
    raiseVersion(deviceId, above) {
      const device = devices.get(deviceId);
      if (device === undefined || device.picture.version > above) return;
      const picture = { ...device.picture, version: Math.max(above + 1, clock.now()) };
      store.saveDevice(picture);
      device.picture = picture;
    },
    forget(deviceId) {
      const device = devices.get(deviceId);
      if (device !== undefined) forget(device.picture);
    },
  };
}

/** Device ids by something else. */
function makeIndex() {
  const index = new Map<string, Set<string>>();
  return {
    idsOf: (key: string): Iterable<string> => index.get(key) ?? [],
    add(key: string, id: string): void {
      const ids = index.get(key);
      if (ids === undefined) index.set(key, new Set([id]));
      else ids.add(id);
    },
    remove(key: string, id: string): void {
      const ids = index.get(key);
      if (ids?.delete(id) === true && ids.size === 0) index.delete(key);
    },
  };
}

/** What stays true of a device that is gone: what it is, where it was, how full it was. */
export function pictureOfGone(picture: PictureChange): PictureChange {
  const { is_serial_shared: _, problem: __, current_job_id: ___, state: ____, ...rest } = picture;
  return { ...rest, status: "offline", health_status: "offline" };
}

/** The answer about a device that the registry does not know. */
export function unknownDevice(deviceId: string): { ok: false; fault: Fault } {
  return fail("DEVICE_NOT_FOUND", `no worker ever reported device ${deviceId}`);
}
