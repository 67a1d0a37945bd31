import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import {
  headerBytes,
  readMediaHeader,
  stampRelayedIn,
  type MediaHeader,
} from "../../protocol/media-packet.ts";
import type { StreamFrame, StreamLatency, StreamStart, StreamStatus } from "../../protocol/stream.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import { preciseNowMs, type Clock } from "../clock.ts";
import type { Turn } from "../door.ts";
import type { Limits } from "../limits/limits.ts";
import { sharePacket } from "../media/shared-packet.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { unknownDevice, type Device, type DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { streamRoom, workerRoom } from "../rooms.ts";
import type { Wire, Wires } from "../wire.ts";
import { makeCacheBudget } from "./cache-budget.ts";
import { demandOf, isSameDemand } from "./demand.ts";
import { measureHops } from "./hops.ts";
import { pictureOfFrame, pictureOfPacket } from "./picture.ts";
import { makeViewer, type Viewer } from "./viewer.ts";
import { makeWatchedDevice, type WatchedDevice } from "./watched-device.ts";

/** How long after a stop its worker's frames may still be under way. */
const stopRepeatMs = 2000;
/** A wall is bounded too. */
const mostWatchedDevices = 1000;

/** Brings pictures and sound from workers to those who watch, and what is watched to the workers. */
export interface Streams {
  start(wire: Wire, request: StreamStart, turn: Turn): Result<object>;
  stop(wire: Wire, deviceId: string): Result<object>;
  /** A viewer's decoder cannot go on. */
  refresh(wire: Wire, deviceId: string): Result<object>;
  frame(pcId: string, frame: StreamFrame): Result<object>;
  packet(pcId: string, packet: Uint8Array): Result<object>;
  status(pcId: string, status: StreamStatus): Result<object>;
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

export interface StreamsNeeds {
  wires: Wires;
  audit: Audit;
  clock: Clock;
  registry: DeviceRegistry;
  presence: Presence;
  metrics: Metrics;
  limits: Limits;
  /** Whether the PC's worker says that it sends video; undefined when it is not there to say. */
  sendsVideo(pcId: string): boolean | undefined;
}

/** One viewer and the devices that it watches. */
interface Watcher {
  viewer: Viewer;
  deviceIds: Set<string>;
}

export function makeStreams(needs: StreamsNeeds): Streams {
  const { wires, audit, clock, registry, presence, metrics, limits } = needs;
  const watchers = new Map<string, Watcher>();
  const watched = new Map<string, WatchedDevice>();
  /** When the worker of an unwatched device was last told to stop. */
  const stoppedAtMs = new Map<string, number>();
  const budget = makeCacheBudget();

  function watchedDevice(deviceId: string): WatchedDevice {
    const known = watched.get(deviceId);
    if (known !== undefined) return known;
    const made = makeWatchedDevice({ wires, clock, metrics, budget, askKey: () => askKey(deviceId) });
    watched.set(deviceId, made);
    return made;
  }

  function askKey(deviceId: string): void {
    const device = registry.find(deviceId);
    if (device?.kind !== "present") return;
    const { pc_id: pcId, serial_number } = device.picture;
    wires.emit("/stream", workerRoom(pcId), "stream:refresh", { device_id: deviceId, serial_number });
  }

  /** Tells the device's worker what is wanted, when it is there to hear it and does not know yet. */
  function settleDemand(deviceId: string): void {
    const entry = watched.get(deviceId);
    const device = registry.find(deviceId);
    if (entry === undefined || device?.kind !== "present") return;
    const { pc_id: pcId, serial_number } = device.picture;
    const watches = entry.slots().map(({ watch }) => watch);
    const demand = demandOf(watches, needs.sendsVideo(pcId) === true);
    if (isSameDemand(demand, entry.told)) return;
    entry.told = demand;
    if (demand === undefined) return tellStop(deviceId, device);
    entry.keepLayers(demand.layers?.map(({ quality }) => quality) ?? []);
    wires.emit("/stream", workerRoom(pcId), "stream:start", {
      device_id: deviceId,
      serial_number,
      ...demand,
    });
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
    if (entry.isWatched()) return settleDemand(deviceId);
    entry.close();
    watched.delete(deviceId);
    if (entry.told !== undefined) tellStop(deviceId, registry.find(deviceId));
  }

  function tellStop(deviceId: string, device: Device | undefined): void {
    if (device?.kind !== "present") return;
    stoppedAtMs.set(deviceId, clock.now());
    const { pc_id: pcId, serial_number } = device.picture;
    wires.emit("/stream", workerRoom(pcId), "stream:stop", { device_id: deviceId, serial_number });
  }

  /**
   * What nobody watches has crossed the stop on its way; or its worker never heard the stop, because its connection was
   * down just then.
   */
  function endStray(deviceId: string): void {
    const lastStopMs = stoppedAtMs.get(deviceId) ?? Number.NEGATIVE_INFINITY;
    if (clock.now() - lastStopMs >= stopRepeatMs) tellStop(deviceId, registry.find(deviceId));
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
    settleDemand(deviceId);
  }

  function refusal(pcId: string, deviceId: string): Result<never> | undefined {
    if (presence.holds(pcId, deviceId)) return undefined;
    return fail("FORBIDDEN", `device ${deviceId} is not one of ${pcId}'s`);
  }

  function tooMany({ kind, deviceId, layer }: MediaHeader, bytes: number): Fault | undefined {
    if (kind === "jpeg") return limits.frames.refusal(`${deviceId} ${layer}`);
    const packets = kind === "sound" ? limits.sound : limits.video;
    return packets.refusal(deviceId) ?? limits.mediaBytes.refusal(deviceId, bytes);
  }

  function isLayered(pcId: string): boolean {
    return needs.sendsVideo(pcId) === true;
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
      settleDemand(deviceId);
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
    frame(pcId, frame) {
      const { device_id: deviceId } = frame;
      const refused = refusal(pcId, deviceId);
      if (refused !== undefined) return refused;
      const picture = pictureOfFrame(frame, preciseNowMs());
      metrics.packetIn("jpeg", picture.byteLength);
      const fault = limits.frames.refusal(`${deviceId} ${picture.layer}`);
      if (fault !== undefined) return { ok: false, fault };
      const entry = watched.get(deviceId);
      if (entry === undefined) endStray(deviceId);
      else entry.picture(picture, isLayered(pcId));
      return succeed({});
    },
    packet(pcId, given) {
      const read = readMediaHeader(given);
      if (!read.ok) return read;
      const header = read.value;
      const { deviceId, kind } = header;
      if (given.byteLength === headerBytes && kind !== "still") return emptyPacket(kind);
      const refused = refusal(pcId, deviceId);
      if (refused !== undefined) return refused;
      header.relayedInMs = preciseNowMs();
      metrics.packetIn(kind, given.byteLength);
      measureHops(metrics, header);
      const entry = watched.get(deviceId);
      const fault = tooMany(header, given.byteLength);
      if (fault !== undefined) {
        if (kind === "key" || kind === "delta") entry?.loseVideo();
        return { ok: false, fault };
      }
      if (entry === undefined) {
        endStray(deviceId);
        return succeed({});
      }
      const packet = sharePacket(given);
      stampRelayedIn(packet.bytes, header.relayedInMs);
      if (kind === "jpeg") entry.picture(pictureOfPacket(header, packet), isLayered(pcId));
      else entry.packet({ header, packet });
      return succeed({});
    },
    status(pcId, status) {
      const refused = refusal(pcId, status.device_id);
      if (refused !== undefined) return refused;
      watched.get(status.device_id)?.status(status);
      return succeed({});
    },
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
      stoppedAtMs.delete(deviceId);
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

function emptyPacket(kind: string): Result<never> {
  const problem = `has nothing after its header, and ${kind} needs something`;
  const details = { event: "stream:packet", path: "", problem };
  return fail("INVALID_PAYLOAD", `a media packet ${problem}`, details);
}
