import { batch } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
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
  disconnect_reason?: DisconnectReason;
}

export interface DeviceBookState {
  devices: Record<string, DeviceRecord>;
  workers: Record<string, WorkerStatus>;
}

/** Keeps devices and workers by id; an event that is older than what is known is ignored [D3]. */
export function makeDeviceBook() {
  const [state, setState] = createStore<DeviceBookState>({ devices: {}, workers: {} });

  function isNews(event: { device_id: string; version: number }): boolean {
    const known = state.devices[event.device_id];
    return known === undefined || event.version > known.version;
  }

  function put(record: DeviceRecord): void {
    setState("devices", record.device_id, reconcile(record));
  }

  return {
    state,
    /** The snapshot replaces everything: one socket is ordered, so no later event can have come before it. */
    replace(reply: Pick<DeviceListReply, "devices" | "workers">): void {
      const devices = reply.devices.map((device) => [device.device_id, withReason(device, state)] as const);
      batch(() => {
        setState("devices", reconcile(Object.fromEntries(devices)));
        setState("workers", reconcile(Object.fromEntries(reply.workers.map((w) => [w.pc_id, w]))));
      });
    },
    update(event: DeviceStatusUpdate): void {
      if (isNews(event)) put(withReason(event, state));
    },
    connect(event: DeviceConnected, nowMs: number): void {
      if (!isNews(event)) return;
      const { disconnect_reason: _, ...known } = state.devices[event.device_id] ?? {};
      const seen = { last_seen_at: new Date(nowMs).toISOString(), health_status: "healthy" } as const;
      put({ status: "idle", ...known, ...event, ...seen });
    },
    disconnect(event: DeviceDisconnected): void {
      const known = state.devices[event.device_id];
      if (known === undefined || !isNews(event)) return;
      const { reason, ...ids } = event;
      const { state: _, problem: __, ...facts } = known;
      put({ ...facts, ...ids, status: "offline", health_status: "offline", disconnect_reason: reason });
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
