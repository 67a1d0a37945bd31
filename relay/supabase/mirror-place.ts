import type { SupabaseClient } from "@supabase/supabase-js";
import type { DeviceStatusUpdate, WorkerStatus } from "../../protocol/device.ts";
import { parseFallbackSnapshot, type FallbackSnapshot } from "../../protocol/fallback.ts";
import type { Group } from "../../protocol/group.ts";
import type { SupabaseProject } from "./project.ts";
import { answerLimit, refusalOf, type Refusal } from "./refusal.ts";

export type Told<T> = { kind: "done"; value: T } | Refusal;

/** A device's row as the project has it. */
export interface KeptVersion {
  deviceId: string;
  version: number;
  reportedBy: "relay" | "worker";
}

/** Where the farm's present state is kept for who cannot reach the relay. Times are by its own clock. Never rejects. */
export interface MirrorPlace {
  snapshot(): Promise<Told<FallbackSnapshot>>;
  /** Answers which were taken: those whose version is greater than what is there. */
  putDevices(devices: readonly DeviceStatusUpdate[]): Promise<Told<string[]>>;
  /** Those that are there, of a hundred at most. */
  readVersions(deviceIds: readonly string[]): Promise<Told<KeptVersion[]>>;
  /** A hundred at most. */
  removeDevices(deviceIds: readonly string[]): Promise<Told<undefined>>;
  putWorkers(workers: readonly WorkerStatus[]): Promise<Told<undefined>>;
  putGroup(group: Group): Promise<Told<undefined>>;
  removeGroup(name: string): Promise<Told<undefined>>;
}

interface Answered {
  status: number;
  error: { code?: string; message: string } | null;
  data: unknown;
}

/** The project's tables, for the rows of one farm. */
export function makeMirrorPlace(
  client: SupabaseClient,
  { farmId }: Pick<SupabaseProject, "farmId">,
): MirrorPlace {
  return {
    async snapshot() {
      const told = await ask(
        (limit) => client.rpc("farm_snapshot", { farm: farmId }).abortSignal(limit),
        parseFallbackSnapshot,
      );
      if (told.kind !== "done") return told;
      return told.value === undefined
        ? { kind: "not now", reason: `it has no farm ${farmId}` }
        : { kind: "done", value: told.value };
    },
    putDevices: (devices) =>
      ask(
        (limit) =>
          client
            .from("devices")
            .upsert(
              devices.map((device) => recordOf(farmId, device)),
              { onConflict: "farm_id,device_id" },
            )
            .select("device_id")
            .abortSignal(limit),
        (rows) => rowsIn(rows).map((row) => String(row["device_id"])),
      ),
    readVersions: (deviceIds) =>
      ask(
        (limit) =>
          client
            .from("devices")
            .select("device_id, version, reported_by")
            .eq("farm_id", farmId)
            .in("device_id", [...deviceIds])
            .abortSignal(limit),
        (rows) =>
          rowsIn(rows).map((row) => ({
            deviceId: String(row["device_id"]),
            version: Number(row["version"]),
            reportedBy: row["reported_by"] === "worker" ? "worker" : "relay",
          })),
      ),
    removeDevices: (deviceIds) =>
      ask(
        (limit) =>
          client
            .from("devices")
            .delete()
            .eq("farm_id", farmId)
            .in("device_id", [...deviceIds])
            .abortSignal(limit),
        nothing,
      ),
    putWorkers: (workers) =>
      ask(
        (limit) =>
          client
            .from("workers")
            .upsert(
              workers.map((worker) => ({ farm_id: farmId, ...worker })),
              { onConflict: "farm_id,pc_id" },
            )
            .abortSignal(limit),
        nothing,
      ),
    async putGroup({ name, device_ids: deviceIds }) {
      const group = { farm_id: farmId, name };
      const put = await ask(
        (limit) => client.from("groups").upsert(group, { onConflict: "farm_id,name" }).abortSignal(limit),
        nothing,
      );
      if (put.kind !== "done") return put;
      const emptied = await ask(
        (limit) =>
          client
            .from("group_devices")
            .delete()
            .eq("farm_id", farmId)
            .eq("group_name", name)
            .abortSignal(limit),
        nothing,
      );
      if (emptied.kind !== "done" || deviceIds.length === 0) return emptied;
      const members = deviceIds.map((id) => ({ farm_id: farmId, group_name: name, device_id: id }));
      return ask((limit) => client.from("group_devices").insert(members).abortSignal(limit), nothing);
    },
    removeGroup: (name) =>
      ask(
        (limit) => client.from("groups").delete().eq("farm_id", farmId).eq("name", name).abortSignal(limit),
        nothing,
      ),
  };
}

async function ask<T>(
  request: (limit: AbortSignal) => PromiseLike<Answered>,
  valueOf: (data: unknown) => T,
): Promise<Told<T>> {
  const limit = answerLimit();
  const { status, error, data } = await request(limit);
  return error === null ? { kind: "done", value: valueOf(data) } : refusalOf({ status, error }, limit);
}
function nothing(): undefined {}

function recordOf(farmId: string, picture: DeviceStatusUpdate): Record<string, unknown> {
  const { device_id, serial_number, pc_id, version, last_seen_at, ...rest } = picture;
  const { status, health_status, battery_level = null, ...condition } = rest;
  const names = { farm_id: farmId, device_id, serial_number, pc_id };
  return { ...names, version, last_seen_at, status, health_status, battery_level, condition };
}

function rowsIn(data: unknown): Record<string, unknown>[] {
  return Array.isArray(data) ? data : [];
}
