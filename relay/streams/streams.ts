import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { layerOf, type StreamFrame, type StreamStart } from "../../protocol/stream.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import { unknownDevice, type Device, type DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { streamRoom, workerRoom } from "../rooms.ts";
import type { Wire, Wires } from "../wire.ts";
import { demandOf, isSameDemand, type Demand } from "./demand.ts";
import { shareFrame, weightOf, type FrameEncoding, type SharedFrame } from "./shared-frame.ts";
import { makeViewer, type Viewer } from "./viewer.ts";

/** How long after a stop its worker's frames may still be under way. */
const stopRepeatMs = 2000;
/** A wall is bounded too. */
const mostWatchedDevices = 1000;

/** A device that somebody watches. */
interface WatchedDevice {
  viewers: Map<string, Viewer>;
  /** What its worker was told last; undefined before it was told. */
  told: Demand | undefined;
  lastFrame: SharedFrame | undefined;
}

/** Brings frames from workers to those who watch, and what is watched to the workers. */
export interface Streams {
  start(wire: Wire, request: StreamStart): Result<object>;
  stop(wire: Wire, deviceId: string): Result<object>;
  frame(pcId: string, frame: StreamFrame): Result<object>;
  /** A worker's `/stream` wire is new and in its room: tells it what is watched. */
  workerConnected(pcId: string): void;
  /** A device is there (again): tells its worker when it is watched. */
  deviceConnected(deviceId: string): void;
  deviceGone(deviceId: string): void;
  viewerLeft(wire: Wire): void;
  /** How many devices somebody watches. */
  watchedCount(): number;
  close(): void;
}

export interface StreamsNeeds {
  wires: Wires;
  audit: Audit;
  clock: Clock;
  registry: DeviceRegistry;
  presence: Presence;
  metrics: Metrics;
  /** By device and layer. */
  limit: RateLimits;
}

export function makeStreams({
  wires,
  audit,
  clock,
  registry,
  presence,
  metrics,
  limit,
}: StreamsNeeds): Streams {
  const viewers = new Map<string, Viewer>();
  const watched = new Map<string, WatchedDevice>();
  /** When the worker of an unwatched device was last told to stop. */
  const stoppedAtMs = new Map<string, number>();

  function demandFor(deviceId: string, { viewers }: WatchedDevice): Demand | undefined {
    return demandOf(
      [...viewers.values()].map((viewer) => viewer.watchOf(deviceId)).filter((watch) => watch !== undefined),
    );
  }

  /** Tells the device's worker what is wanted, when it is there to hear it and does not know yet. */
  function settleDemand(deviceId: string): void {
    const entry = watched.get(deviceId);
    const device = registry.find(deviceId);
    if (entry === undefined || device?.kind !== "present") return;
    const demand = demandFor(deviceId, entry);
    if (demand === undefined || isSameDemand(demand, entry.told)) return;
    entry.told = demand;
    const { pc_id: pcId, serial_number: serialNumber } = device.picture;
    wires.emit("/stream", workerRoom(pcId), "stream:start", {
      device_id: deviceId,
      serial_number: serialNumber,
      ...demand,
    });
  }

  function endWatch(viewer: Viewer, deviceId: string): void {
    const watch = viewer.watchOf(deviceId);
    const tally = viewer.unwatch(deviceId);
    const entry = watched.get(deviceId);
    if (watch === undefined || tally === undefined || entry === undefined) return;
    viewer.wire.leave(streamRoom(deviceId));
    entry.viewers.delete(viewer.wire.id);
    audit.record(authorOf(viewer.wire), {
      event: "stream",
      deviceId,
      outcome: "ended",
      details: {
        ...watch,
        frames: tally.frames,
        bytes: tally.bytes,
        duration_ms: clock.now() - tally.startedAtMs,
      },
    });
    if (entry.viewers.size > 0) {
      settleDemand(deviceId);
      return;
    }
    watched.delete(deviceId);
    if (entry.told !== undefined) tellStop(deviceId, registry.find(deviceId));
  }

  function tellStop(deviceId: string, device: Device | undefined): void {
    if (device?.kind !== "present") return;
    stoppedAtMs.set(deviceId, clock.now());
    const { pc_id: pcId, serial_number: serialNumber } = device.picture;
    wires.emit("/stream", workerRoom(pcId), "stream:stop", {
      device_id: deviceId,
      serial_number: serialNumber,
    });
  }

  /**
   * A frame that nobody watches has crossed the stop on its way; or its worker never heard the stop, because its
   * connection was down just then.
   */
  function endStray(deviceId: string): void {
    const lastStopMs = stoppedAtMs.get(deviceId) ?? Number.NEGATIVE_INFINITY;
    if (clock.now() - lastStopMs >= stopRepeatMs) tellStop(deviceId, registry.find(deviceId));
  }

  /** Sends to all who are ready at once, so that the frame is written down once for each encoding. */
  function spread(deviceId: string, entry: WatchedDevice, frame: SharedFrame): void {
    const ready: Record<FrameEncoding, Viewer[]> = { base64: [], binary: [] };
    for (const viewer of entry.viewers.values()) {
      const encoding = viewer.watchOf(deviceId)?.encoding;
      if (encoding !== undefined && viewer.isReady(deviceId)) ready[encoding].push(viewer);
      else viewer.hold(deviceId, frame);
    }
    for (const encoding of ["base64", "binary"] as const) {
      const group = ready[encoding];
      if (group.length === 0) continue;
      const payload = frame.as(encoding);
      const ids = group.map((viewer) => viewer.wire.id);
      wires.emit("/stream", ids, "stream:frame", payload);
      for (const viewer of group) viewer.sent(deviceId, weightOf(payload));
    }
  }

  function viewerOn(wire: Wire): Viewer {
    const known = viewers.get(wire.id);
    if (known !== undefined) return known;
    const viewer = makeViewer(wire, clock, metrics);
    viewers.set(wire.id, viewer);
    return viewer;
  }

  return {
    start(wire, { device_id: deviceId, quality, fps, encoding }) {
      if (registry.find(deviceId) === undefined) return unknownDevice(deviceId);
      if (encoding === "h264") {
        return fail("STREAM_ERROR", "h264 is not served by this relay; ask for base64 or binary");
      }
      const viewer = viewerOn(wire);
      const isNew = viewer.watchOf(deviceId) === undefined;
      if (isNew && viewer.watched().length >= mostWatchedDevices) {
        return fail("STREAM_ERROR", `one connection watches at most ${mostWatchedDevices} devices`);
      }
      const entry = watched.get(deviceId) ?? { viewers: new Map(), told: undefined, lastFrame: undefined };
      watched.set(deviceId, entry);
      entry.viewers.set(wire.id, viewer);
      viewer.watch(deviceId, { quality, fps, encoding });
      wire.join(streamRoom(deviceId));
      // Also for one that asks again: its page may have forgotten the picture, and a still screen sends no other.
      if (entry.lastFrame !== undefined) viewer.hold(deviceId, entry.lastFrame);
      settleDemand(deviceId);
      return succeed({});
    },
    stop(wire, deviceId) {
      const viewer = viewers.get(wire.id);
      // Also of a device that was forgotten meanwhile.
      if (viewer?.watchOf(deviceId) !== undefined) endWatch(viewer, deviceId);
      else if (registry.find(deviceId) === undefined) return unknownDevice(deviceId);
      return succeed({});
    },
    frame(pcId, frame) {
      const { device_id: deviceId } = frame;
      if (!presence.holds(pcId, deviceId)) {
        return fail("FORBIDDEN", `device ${deviceId} is not one of ${pcId}'s`);
      }
      metrics.frameIn(weightOf(frame));
      const tooMany = limit.refusal(`${deviceId} ${layerOf(frame)}`);
      if (tooMany !== undefined) return { ok: false, fault: tooMany };
      const entry = watched.get(deviceId);
      if (entry === undefined) {
        endStray(deviceId);
        return succeed({});
      }
      entry.lastFrame = shareFrame(frame);
      spread(deviceId, entry, entry.lastFrame);
      return succeed({});
    },
    workerConnected(pcId) {
      for (const { picture } of presence.devicesOf(pcId)) {
        const entry = watched.get(picture.device_id);
        if (entry === undefined) continue;
        entry.told = undefined;
        settleDemand(picture.device_id);
      }
    },
    deviceConnected(deviceId) {
      const entry = watched.get(deviceId);
      if (entry === undefined) return;
      entry.told = undefined;
      settleDemand(deviceId);
    },
    deviceGone(deviceId) {
      stoppedAtMs.delete(deviceId);
      const entry = watched.get(deviceId);
      if (entry === undefined) return;
      // A picture from before the cable was pulled is not one to greet a new viewer with.
      entry.lastFrame = undefined;
      entry.told = undefined;
    },
    viewerLeft(wire) {
      const viewer = viewers.get(wire.id);
      if (viewer === undefined) return;
      for (const deviceId of viewer.watched()) endWatch(viewer, deviceId);
      viewer.close();
      viewers.delete(wire.id);
    },
    watchedCount: () => watched.size,
    close() {
      for (const viewer of viewers.values()) this.viewerLeft(viewer.wire);
    },
  };
}
