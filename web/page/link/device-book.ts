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

/** A device as the dashboard knows it. */
export interface DeviceRecord extends DeviceStatusUpdate {
  /** Why it is offline, when the relay said so. */
  disconnect_reason?: Exclude<DisconnectReason, "manual">;
}

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
    batch(() => {
      setState("devices", reconcile(devices));
      setState("workers", reconcile(Object.fromEntries(reply.workers.map((w) => [w.pc_id, w]))));
      countChange();
    });
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
        const { [event.device_id]: _, ...others } = unwrap(state.devices);
        batch(() => {
          setState("devices", reconcile(others));
          countChange();
        });
        return;
      }
      const { state: _, problem: __, ...facts } = known;
      putOne({ ...facts, ...ids, status: "offline", health_status: "offline", disconnect_reason: reason });
    },
    putWorker(worker: WorkerStatus): void {
      setState("workers", worker.pc_id, reconcile(worker));
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
