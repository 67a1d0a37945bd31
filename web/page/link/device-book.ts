import { batch } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type {
  DeviceConnected,
  DeviceDisconnected,
  DeviceListReply,
  DeviceStatusUpdate,
  DisconnectReason,
  WorkerStatus,
} from "../../../protocol/device.ts";
import type { FallbackChanges } from "../../../protocol/fallback.ts";

/** A device as the dashboard knows it. */
export interface DeviceRecord extends DeviceStatusUpdate {
  /** Why it is offline, when the relay said so. */
  disconnect_reason?: Exclude<DisconnectReason, "manual">;
}

/** No clock is that exact: what was seen so soon after the relay was lost may be what it told itself. */
const clockErrorMs = 2000;

type Snapshot = Pick<DeviceListReply, "devices" | "workers">;

export interface DeviceBookState {
  devices: Record<string, DeviceRecord>;
  workers: Record<string, WorkerStatus>;
  /** Grows whenever something of a device changes: for who looks at all of them. */
  changes: number;
}

/** Keeps devices and workers by id; an event that is older than what is known is ignored [D3]. */
export function makeDeviceBook() {
  const [state, setState] = createStore<DeviceBookState>({
    devices: {},
    workers: {},
    changes: 0,
  });

  /** Whose record came by the fallback, and under which version it told that a device is no more. */
  const toldByFallback = new Set<string>();
  const removedByFallback = new Map<string, number>();

  function isNews(event: { device_id: string; version: number }): boolean {
    const known = state.devices[event.device_id];
    return known === undefined || event.version > known.version;
  }

  function putOne(record: DeviceRecord): void {
    batch(() => {
      setState("devices", record.device_id, reconcile(record));
      countChange();
    });
  }

  function countChange(): void {
    setState("changes", (changes) => changes + 1);
  }

  function put(reply: Snapshot, { isLater }: { isLater: boolean }): void {
    const devices: Record<string, DeviceRecord> = {};
    for (const device of reply.devices) {
      const known = state.devices[device.device_id];
      devices[device.device_id] =
        isLater && known !== undefined && known.version > device.version
          ? { ...unwrap(known) }
          : withReason(device, state);
    }
    toldByFallback.clear();
    removedByFallback.clear();
    batch(() => {
      setState("devices", reconcile(devices));
      setState("workers", reconcile(Object.fromEntries(reply.workers.map((w) => [w.pc_id, w]))));
      countChange();
    });
  }

  function putWorker(worker: WorkerStatus): void {
    setState("workers", worker.pc_id, reconcile(worker));
  }

  function drop(deviceId: string): void {
    const { [deviceId]: _, ...others } = unwrap(state.devices);
    batch(() => {
      setState("devices", reconcile(others));
      countChange();
    });
  }

  /**
   * The greater version counts. Where the relay's own is greater, but the device was seen after the relay was lost, the
   * relay's clock is only ahead of the project's.
   */
  function takeFallback(device: DeviceStatusUpdate, lostAtMs: number): void {
    const { device_id: id, version, last_seen_at: seenAt } = device;
    if (version <= (removedByFallback.get(id) ?? -1)) return;
    const isSeenLater = !toldByFallback.has(id) && Date.parse(seenAt) > lostAtMs + clockErrorMs;
    if (!isNews(device) && !isSeenLater) return;
    toldByFallback.add(id);
    const before = state.devices[id]?.health_status;
    // Its PC says so, or else its PC is shown to be offline itself.
    const isUnplugged = device.health_status === "offline" && before !== undefined && before !== "offline";
    putOne(isUnplugged ? { ...device, disconnect_reason: "adb_lost" } : withReason(device, state));
  }

  return {
    state,
    /** A new connection's snapshot is the truth, also of a relay that lost its memory and counts from 1 again. */
    replace(reply: Snapshot): void {
      put(reply, { isLater: false });
    },
    /** A later snapshot of one connection: an event that overtook it is newer than it. */
    refresh(reply: Snapshot): void {
      put(reply, { isLater: true });
    },
    update(event: DeviceStatusUpdate): void {
      if (isNews(event)) putOne(withReason(event, state));
    },
    connect(event: DeviceConnected, nowMs: number): void {
      if (!isNews(event)) return;
      const { disconnect_reason: _, ...known } = state.devices[event.device_id] ?? {};
      const seen = { last_seen_at: new Date(nowMs).toISOString(), health_status: "healthy" } as const;
      putOne({ status: "idle", ...known, ...event, ...seen });
    },
    disconnect(event: DeviceDisconnected): void {
      const known = state.devices[event.device_id];
      if (known === undefined || !isNews(event)) return;
      const { reason, ...ids } = event;
      if (reason === "manual") {
        drop(event.device_id);
        return;
      }
      const { state: _, problem: __, ...facts } = known;
      putOne({ ...facts, ...ids, status: "offline", health_status: "offline", disconnect_reason: reason });
    },
    putWorker,
    /** `lostAtMs`: when the relay was lost, by the clock that all times are by. */
    takeFallbackSnapshot(devices: DeviceStatusUpdate[], workers: WorkerStatus[], lostAtMs: number): void {
      const isListed = new Set(devices.map(({ device_id: id }) => id));
      batch(() => {
        for (const device of devices) takeFallback(device, lostAtMs);
        for (const id of toldByFallback) {
          if (isListed.has(id)) continue;
          toldByFallback.delete(id);
          drop(id);
        }
        for (const worker of workers) {
          const known = state.workers[worker.pc_id];
          if (known === undefined || worker.last_seen_at > known.last_seen_at) putWorker(worker);
        }
      });
    },
    takeFallbackChanges(
      devices: DeviceStatusUpdate[],
      removed: FallbackChanges["removed"],
      lostAtMs: number,
    ): void {
      batch(() => {
        for (const device of devices) takeFallback(device, lostAtMs);
        for (const { device_id: id, version } of removed) {
          const known = state.devices[id];
          removedByFallback.set(id, version);
          if (known === undefined || (known.version > version && !toldByFallback.has(id))) continue;
          toldByFallback.delete(id);
          drop(id);
        }
      });
    },
  };
}

/** A status update says that a device is offline, but not why: keep the reason heard before it. */
function withReason(device: DeviceStatusUpdate, state: DeviceBookState): DeviceRecord {
  const reason = state.devices[device.device_id]?.disconnect_reason;
  return device.health_status === "offline" && reason !== undefined
    ? { ...device, disconnect_reason: reason }
    : device;
}
