import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { DeviceStatusUpdate, DisconnectReason, WorkerStatus } from "../../protocol/device.ts";
import {
  deviceFacts,
  type DeviceFacts,
  type Heartbeat,
  type HeartbeatDevice,
} from "../../protocol/heartbeat.ts";
import { isoTimeOf, type Clock } from "../clock.ts";
import { pictureOfGone, type Device, type DeviceRegistry, type PictureChange } from "./device-registry.ts";
import { freshnessOf, healthOf, type Freshness } from "./health.ts";

/** A worker's devices outlive its connection by this much: a reload or a hiccup is no news. */
export const workerGraceMs = 5000;
const sweepMs = 1000;

/** Told in the order in which dashboards are to hear it. */
export interface PresenceListener {
  connected(picture: DeviceStatusUpdate): void;
  changed(picture: DeviceStatusUpdate): void;
  disconnected(picture: DeviceStatusUpdate, reason: DisconnectReason): void;
  workerChanged(status: WorkerStatus): void;
}

interface Worker {
  pcId: string;
  isConnected: boolean;
  isOnline: boolean;
  lastSeenMs: number;
  freshness: Freshness;
  /** Ids of the present devices by serial number. */
  devices: Map<string, string>;
  /** What its last heartbeat said, by serial number: nearly always what the next one says. */
  reports: Map<string, HeartbeatDevice>;
  cancelGrace?: (() => void) | undefined;
}

/** Who is there: workers by connection and heartbeat, devices by their worker's word. */
export interface Presence {
  workerConnected(pcId: string): void;
  workerLeft(pcId: string): void;
  /** True when the set of the worker's devices changed. */
  heartbeat(heartbeat: Heartbeat): boolean;
  /** A present device of this worker. */
  holds(pcId: string, deviceId: string): boolean;
  /** Forgets a device, present or not, and says which it was. A present one is new with its next heartbeat. */
  remove(deviceId: string): DeviceStatusUpdate | undefined;
  /** Can a command reach the device now? */
  isReachable(device: Device): boolean;
  devicesOf(pcId: string): Device[];
  workers(): WorkerStatus[];
  close(): void;
}

export function makePresence(registry: DeviceRegistry, clock: Clock, listener: PresenceListener): Presence {
  const workers = new Map<string, Worker>();
  for (const { picture } of registry.list()) {
    const worker = workerOf(picture.pc_id);
    worker.lastSeenMs = Math.max(worker.lastSeenMs, Date.parse(picture.last_seen_at));
  }
  let cancelSweep = clock.setTimer(sweepMs, sweep);

  function workerOf(pcId: string): Worker {
    const known = workers.get(pcId);
    if (known !== undefined) return known;
    const worker: Worker = {
      pcId,
      isConnected: false,
      isOnline: false,
      lastSeenMs: 0,
      freshness: "fresh",
      devices: new Map(),
      reports: new Map(),
    };
    workers.set(pcId, worker);
    return worker;
  }

  function setOnline(worker: Worker, isOnline: boolean): void {
    if (worker.isOnline === isOnline) return;
    worker.isOnline = isOnline;
    listener.workerChanged(statusOf(worker));
  }

  function connect(worker: Worker, report: HeartbeatDevice): void {
    const serialNumber = report.serial_number;
    const deviceId = registry.resolveId(worker.pcId, serialNumber);
    const others = registry.presentWithSerial(serialNumber);
    const change = {
      ...pictureOf(worker, deviceId, report),
      ...(others.length > 0 ? { is_serial_shared: true } : {}),
    };
    const arrived = registry.put("present", report.adb_connected, change);
    worker.devices.set(serialNumber, deviceId);
    listener.connected(arrived);
    listener.changed(registry.put("present", report.adb_connected, change));
    flagSharedSerial(serialNumber);
  }

  function disconnect(worker: Worker, serialNumber: string, reason: DisconnectReason): void {
    const device = registry.find(worker.devices.get(serialNumber) ?? "");
    if (device === undefined) return;
    const change = pictureOfGone(device.picture);
    const left = registry.put("gone", false, change);
    worker.devices.delete(serialNumber);
    listener.disconnected(left, reason);
    listener.changed(registry.put("gone", false, change));
    flagSharedSerial(serialNumber);
  }

  /** Sets or takes back the mark of those who hold the serial number, after one of them came or went. */
  function flagSharedSerial(serialNumber: string): void {
    const holders = registry.presentWithSerial(serialNumber);
    for (const { picture, isAdbConnected } of holders) {
      if ((picture.is_serial_shared === true) === holders.length > 1) continue;
      const { is_serial_shared: _, ...rest } = picture;
      const change = holders.length > 1 ? { ...rest, is_serial_shared: true } : rest;
      listener.changed(registry.put("present", isAdbConnected, change));
    }
  }

  function refresh(worker: Worker, deviceId: string, report: HeartbeatDevice): void {
    const device = registry.find(deviceId);
    if (device === undefined) return;
    const next = {
      ...pictureOf(worker, deviceId, report),
      ...(device.picture.is_serial_shared === true ? { is_serial_shared: true } : {}),
    };
    if (isSamePicture(device.picture, next)) touch(worker, deviceId);
    else listener.changed(registry.put("present", report.adb_connected, next));
  }

  /** Only the time moved on, which is no news and needs no version. */
  function touch(worker: Worker, deviceId: string): void {
    const device = registry.find(deviceId);
    if (device === undefined) return;
    device.picture = { ...device.picture, last_seen_at: isoTimeOf(worker.lastSeenMs) };
  }

  function sweep(): void {
    cancelSweep = clock.setTimer(sweepMs, sweep);
    for (const worker of workers.values()) {
      const freshness = freshnessOf(clock.now() - worker.lastSeenMs);
      if (worker.devices.size === 0 || freshness === worker.freshness) continue;
      worker.freshness = freshness;
      for (const deviceId of worker.devices.values()) age(deviceId, freshness);
    }
  }

  function age(deviceId: string, freshness: Freshness): void {
    const device = registry.find(deviceId);
    if (device === undefined) return;
    const health = healthOf(freshness, device.isAdbConnected);
    const status = health === "offline" ? "offline" : device.picture.status;
    if (health === device.picture.health_status && status === device.picture.status) return;
    const change = { ...device.picture, health_status: health, status };
    listener.changed(registry.put("present", device.isAdbConnected, change));
  }

  return {
    workerConnected(pcId) {
      const worker = workerOf(pcId);
      worker.isConnected = true;
      worker.cancelGrace?.();
      worker.cancelGrace = undefined;
      if (worker.devices.size === 0) worker.lastSeenMs = clock.now();
      setOnline(worker, true);
    },
    workerLeft(pcId) {
      const worker = workerOf(pcId);
      worker.isConnected = false;
      worker.cancelGrace = clock.setTimer(workerGraceMs, () => {
        worker.cancelGrace = undefined;
        for (const serialNumber of worker.devices.keys()) {
          disconnect(worker, serialNumber, "worker_offline");
        }
        setOnline(worker, false);
      });
    },
    heartbeat({ pc_id: pcId, devices }) {
      const worker = workerOf(pcId);
      const wasFresh = worker.freshness === "fresh";
      worker.lastSeenMs = clock.now();
      worker.freshness = "fresh";
      const reports = new Map(devices.map((report) => [report.serial_number, report]));
      let hasSetChanged = false;
      for (const serialNumber of worker.devices.keys()) {
        if (reports.has(serialNumber)) continue;
        disconnect(worker, serialNumber, "adb_lost");
        hasSetChanged = true;
      }
      for (const [serialNumber, report] of reports) {
        const deviceId = worker.devices.get(serialNumber);
        if (deviceId === undefined) {
          connect(worker, report);
          hasSetChanged = true;
        } else if (wasFresh && isDeepStrictEqual(report, worker.reports.get(serialNumber))) {
          touch(worker, deviceId);
        } else refresh(worker, deviceId, report);
      }
      // Last of all: what could not be written is news still when the next heartbeat says it again.
      worker.reports = reports;
      return hasSetChanged;
    },
    holds(pcId, deviceId) {
      const device = registry.find(deviceId);
      return device?.kind === "present" && device.picture.pc_id === pcId;
    },
    remove(deviceId) {
      const device = registry.find(deviceId);
      if (device === undefined) return undefined;
      const { serial_number: serialNumber, pc_id: pcId } = device.picture;
      const reported = workers.get(pcId)?.devices;
      if (reported?.get(serialNumber) === deviceId) reported.delete(serialNumber);
      const left = registry.put("gone", false, pictureOfGone(device.picture));
      registry.forget(deviceId);
      listener.disconnected(left, "manual");
      flagSharedSerial(serialNumber);
      return left;
    },
    isReachable: ({ kind, picture }) =>
      kind === "present" &&
      picture.health_status !== "offline" &&
      workers.get(picture.pc_id)?.isConnected === true,
    devicesOf: (pcId) =>
      [...(workers.get(pcId)?.devices.values() ?? [])]
        .map((deviceId) => registry.find(deviceId))
        .filter((device) => device !== undefined),
    workers: () => [...workers.values()].map(statusOf),
    close() {
      cancelSweep();
      for (const worker of workers.values()) worker.cancelGrace?.();
    },
  };

  function pictureOf(worker: Worker, deviceId: string, report: HeartbeatDevice): PictureChange {
    const { adb_connected: isAdbConnected, ...reported } = report;
    const known = factsOf(registry.find(deviceId)?.picture);
    return {
      ...known,
      ...reported,
      // A device that does not let its worker in has only USB's names, which are worse than what it once said itself.
      ...(!isAdbConnected && known),
      device_id: deviceId,
      pc_id: worker.pcId,
      health_status: healthOf("fresh", isAdbConnected),
      last_seen_at: isoTimeOf(worker.lastSeenMs),
    };
  }
}

/** What a device is does not change; a worker reads it only once it was let in, so between that the old word holds. */
function factsOf(picture: DeviceStatusUpdate | undefined): DeviceFacts {
  return picture === undefined ? {} : v.parse(deviceFacts, picture);
}

function statusOf(worker: Worker): WorkerStatus {
  return {
    pc_id: worker.pcId,
    is_online: worker.isOnline,
    last_seen_at: isoTimeOf(worker.lastSeenMs),
  };
}

function isSamePicture(one: DeviceStatusUpdate, other: PictureChange): boolean {
  const timeless = { last_seen_at: "", version: 0 };
  return isDeepStrictEqual({ ...one, ...timeless }, { ...other, ...timeless });
}
