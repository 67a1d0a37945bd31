import type { DeviceStatusUpdate, WorkerStatus } from "../../protocol/device.ts";
import type { Group } from "../../protocol/group.ts";
import { isoTimeOf, type Clock } from "../clock.ts";
import type { MirrorPlace, Told } from "../supabase/mirror-place.ts";
import type { Refusal } from "../supabase/refusal.ts";

interface Row {
  picture: DeviceStatusUpdate;
  reportedBy: "relay" | "worker";
}

/** Tables in memory that judge versions as the project's triggers do. */
export interface FakeMirrorPlace extends MirrorPlace {
  devices: Map<string, Row>;
  workers: Map<string, WorkerStatus>;
  groups: Map<string, Group>;
  /** What was asked, in order: the name and how many rows. */
  requests: string[];
  /** Says no to a request while it says something. */
  refuse: (name: string, ids: readonly string[]) => Refusal | undefined;
  /** What its clock is ahead of the relay's. */
  aheadMs: number;
  /** As a worker writes, at this moment. */
  workerWrites(picture: Omit<DeviceStatusUpdate, "version" | "last_seen_at">): void;
}

export function makeFakeMirrorPlace(clock: Clock): FakeMirrorPlace {
  const devices = new Map<string, Row>();
  const workers = new Map<string, WorkerStatus>();
  const groups = new Map<string, Group>();
  const nowMs = (): number => clock.now() + place.aheadMs;

  function asked<T>(name: string, ids: readonly string[], answer: () => T): Promise<Told<T>> {
    place.requests.push(`${name} ${ids.length}`);
    return Promise.resolve(place.refuse(name, ids) ?? { kind: "done", value: answer() });
  }

  const place: FakeMirrorPlace = {
    devices,
    workers,
    groups,
    requests: [],
    refuse: () => undefined,
    aheadMs: 0,
    workerWrites(picture) {
      const version = Math.max(nowMs(), (devices.get(picture.device_id)?.picture.version ?? 0) + 1);
      const row = { ...picture, version, last_seen_at: isoTimeOf(nowMs()) };
      devices.set(picture.device_id, { picture: row, reportedBy: "worker" });
    },
    snapshot: () =>
      asked("snapshot", [], () => ({
        now: isoTimeOf(nowMs()),
        devices: Array.from(devices.values(), ({ picture }) => picture),
        workers: [...workers.values()],
        groups: [...groups.values()],
      })),
    putDevices: (pictures) =>
      asked(
        "devices",
        pictures.map(({ device_id: id }) => id),
        () => {
          const newer = pictures.filter(
            ({ device_id: id, version }) => version > (devices.get(id)?.picture.version ?? -1),
          );
          for (const picture of newer) devices.set(picture.device_id, { picture, reportedBy: "relay" });
          return newer.map(({ device_id: id }) => id);
        },
      ),
    readVersions: (ids) =>
      asked("versions", ids, () =>
        ids.flatMap((deviceId) => {
          const row = devices.get(deviceId);
          return row === undefined
            ? []
            : [{ deviceId, version: row.picture.version, reportedBy: row.reportedBy }];
        }),
      ),
    removeDevices: (ids) =>
      asked("remove", ids, () => {
        for (const id of ids) devices.delete(id);
        return undefined;
      }),
    putWorkers: (rows) =>
      asked(
        "workers",
        rows.map(({ pc_id: pcId }) => pcId),
        () => {
          for (const row of rows) workers.set(row.pc_id, row);
          return undefined;
        },
      ),
    putGroup: (group) =>
      asked("group", [group.name], () => {
        groups.set(group.name, group);
        return undefined;
      }),
    removeGroup: (name) =>
      asked("group", [name], () => {
        groups.delete(name);
        return undefined;
      }),
  };
  return place;
}
