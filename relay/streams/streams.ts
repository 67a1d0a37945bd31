import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { StreamLatency, StreamStart } from "../../protocol/stream.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { Turn } from "../door.ts";
import type { Limits } from "../limits/limits.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { unknownDevice, type Device } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { streamRoom } from "../rooms.ts";
import type { Wire } from "../wire.ts";
import { makeCacheBudget } from "./cache-budget.ts";
import { makeIntake, type Intake } from "./intake.ts";
import { makeOrders, type OrdersNeeds } from "./orders.ts";
import { makeViewer, type Viewer } from "./viewer.ts";
import { makeWatchedDevice, type WatchedDevice } from "./watched-device.ts";

/** A wall is bounded too. */
const mostWatchedDevices = 1000;

/** Brings pictures and sound from workers to those who watch, and what is watched to the workers. */
export interface Streams extends Intake {
  start(wire: Wire, request: StreamStart, turn: Turn): Result<object>;
  stop(wire: Wire, deviceId: string): Result<object>;
  /** A viewer's decoder cannot go on. */
  refresh(wire: Wire, deviceId: string): Result<object>;
  latency(latency: StreamLatency): void;
  /** A worker's `/stream` wire is new and in its room: tells it what is watched. */
  workerConnected(pcId: string): void;
  /** A device is there (again): tells its worker when it is watched. */
  deviceConnected(deviceId: string): void;
  deviceGone(deviceId: string): void;
  viewerLeft(wire: Wire): void;
  /** How many devices somebody watches. */
  watchedCount(): number;
  /** What is kept for those who come later. */
  cachedBytes(): number;
  close(): void;
}

export interface StreamsNeeds extends OrdersNeeds {
  audit: Audit;
  presence: Presence;
  metrics: Metrics;
  limits: Limits;
}

/** One viewer and the devices that it watches. */
interface Watcher {
  viewer: Viewer;
  deviceIds: Set<string>;
}

export function makeStreams(needs: StreamsNeeds): Streams {
  const { wires, audit, clock, registry, presence, metrics } = needs;
  const watchers = new Map<string, Watcher>();
  const watched = new Map<string, WatchedDevice>();
  const budget = makeCacheBudget();
  const orders = makeOrders(needs);
  const intake = makeIntake({
    ...needs,
    isLayered: (pcId) => needs.sendsVideo(pcId) === true,
    watched: (deviceId) => watched.get(deviceId),
    onStray: (deviceId) => orders.stopStray(deviceId),
  });

  function watchedDevice(deviceId: string): WatchedDevice {
    const known = watched.get(deviceId);
    if (known !== undefined) return known;
    const made = makeWatchedDevice({ wires, clock, metrics, budget, askKey: () => orders.askKey(deviceId) });
    watched.set(deviceId, made);
    return made;
  }

  function settle(deviceId: string): void {
    const entry = watched.get(deviceId);
    if (entry !== undefined) orders.settle(deviceId, entry);
  }

  function endWatch({ viewer, deviceIds }: Watcher, deviceId: string): void {
    deviceIds.delete(deviceId);
    const entry = watched.get(deviceId);
    const slot = entry?.unwatch(viewer);
    if (entry === undefined || slot === undefined) return;
    viewer.wire.leave(streamRoom(deviceId));
    const { watch, tally } = slot;
    const { frames, bytes, startedAtMs } = tally;
    audit.record(authorOf(viewer.wire), {
      event: "stream",
      deviceId,
      outcome: "ended",
      details: { ...watch, frames, bytes, duration_ms: clock.now() - startedAtMs },
    });
    if (entry.isWatched()) return settle(deviceId);
    entry.close();
    watched.delete(deviceId);
    if (entry.told !== undefined) orders.stop(deviceId);
  }

  function watcherOn(wire: Wire): Watcher {
    const known = watchers.get(wire.id);
    if (known !== undefined) return known;
    const watcher = { viewer: makeViewer(wire, clock, metrics), deviceIds: new Set<string>() };
    watchers.set(wire.id, watcher);
    return watcher;
  }

  /** Why nobody can have the device's video; nothing while nobody says so. */
  function lackOfVideo(device: Device): Fault | undefined {
    if (device.kind !== "present" || needs.sendsVideo(device.picture.pc_id) !== false) return undefined;
    const message = `the worker ${device.picture.pc_id} does not send h264; ask for base64 or binary`;
    return fail("STREAM_ERROR", message).fault;
  }

  /** A worker is new to the device. Who watches video that it will not send is told so. */
  function meetWorker(deviceId: string): void {
    const entry = watched.get(deviceId);
    const device = registry.find(deviceId);
    if (entry === undefined || device === undefined) return;
    entry.told = undefined;
    const lack = lackOfVideo(device);
    for (const { kind, viewer } of lack === undefined ? [] : entry.slots()) {
      const watcher = watchers.get(viewer.wire.id);
      if (kind !== "video" || watcher === undefined || lack === undefined) continue;
      endWatch(watcher, deviceId);
      viewer.wire.emit("error", { ...lack, details: { event: "stream:start", device_id: deviceId } });
    }
    settle(deviceId);
  }

  return {
    start(wire, { device_id: deviceId, ...watch }, turn) {
      const device = registry.find(deviceId);
      if (device === undefined) return unknownDevice(deviceId);
      const lack = watch.encoding === "h264" ? lackOfVideo(device) : undefined;
      if (lack !== undefined) return { ok: false, fault: lack };
      const { viewer, deviceIds } = watcherOn(wire);
      if (!deviceIds.has(deviceId) && deviceIds.size >= mostWatchedDevices) {
        return fail("STREAM_ERROR", `one connection watches at most ${mostWatchedDevices} devices`);
      }
      deviceIds.add(deviceId);
      const entry = watchedDevice(deviceId);
      entry.watch(viewer, watch);
      wire.join(streamRoom(deviceId));
      turn.afterAnswer(() => entry.greet(viewer));
      settle(deviceId);
      return succeed({});
    },
    stop(wire, deviceId) {
      const watcher = watchers.get(wire.id);
      // Also of a device that was forgotten meanwhile.
      if (watcher?.deviceIds.has(deviceId) === true) endWatch(watcher, deviceId);
      else if (registry.find(deviceId) === undefined) return unknownDevice(deviceId);
      return succeed({});
    },
    refresh(wire, deviceId) {
      if (registry.find(deviceId) === undefined) return unknownDevice(deviceId);
      const watcher = watchers.get(wire.id);
      if (watcher !== undefined) watched.get(deviceId)?.refresh(watcher.viewer);
      return succeed({});
    },
    ...intake,
    latency({ samples }) {
      for (const { encoding, ...hops } of samples) {
        for (const hop of ["downlink", "decode", "paint", "total"] as const) {
          metrics.hop(hop, encoding, hops[hop]);
        }
      }
    },
    workerConnected(pcId) {
      for (const { picture } of presence.devicesOf(pcId)) meetWorker(picture.device_id);
    },
    deviceConnected: meetWorker,
    deviceGone(deviceId) {
      orders.deviceGone(deviceId);
      const entry = watched.get(deviceId);
      if (entry === undefined) return;
      // A picture from before the cable was pulled is not one to greet a new viewer with.
      entry.forget();
      entry.told = undefined;
    },
    viewerLeft(wire) {
      const watcher = watchers.get(wire.id);
      if (watcher === undefined) return;
      for (const deviceId of watcher.deviceIds) endWatch(watcher, deviceId);
      watcher.viewer.close();
      watchers.delete(wire.id);
    },
    watchedCount: () => watched.size,
    cachedBytes: () => budget.takenBytes(),
    close() {
      for (const { viewer } of watchers.values()) this.viewerLeft(viewer.wire);
    },
  };
}
