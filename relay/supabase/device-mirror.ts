import { isDeepStrictEqual } from "node:util";
import type { DeviceStatusUpdate, WorkerStatus } from "../../protocol/device.ts";
import type { FallbackSnapshot } from "../../protocol/fallback.ts";
import type { Group } from "../../protocol/group.ts";
import { isoTimeOf, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { DeviceRegistry } from "../presence/device-registry.ts";
import { makeMirroredDevices } from "./mirrored-devices.ts";
import type { MirrorPlace, Told } from "./mirror-place.ts";
import { makePatience } from "./patience.ts";
import { startTurns } from "./turns.ts";

export interface DeviceMirrorNeeds {
  place: MirrorPlace;
  registry: DeviceRegistry;
  workers: () => WorkerStatus[];
  groups: () => Group[];
  clock: Clock;
  log: Log;
  random?: () => number;
}

/** Keeps the project's devices, workers and groups the same as the relay's own. */
export interface DeviceMirror {
  deviceChanged(deviceId: string): void;
  workerChanged(pcId: string): void;
  /** It may have written by itself while it was away, and the last of that may still be on its way. */
  workerReturned(pcId: string): void;
  groupChanged(name: string): void;
  /** Devices that are not written yet. */
  waiting(): number;
  close(): void;
}

/** One request each. */
const turnMs = 1000;
/** Of healthy devices and online workers nothing is written but this. */
const seenMs = 60_000;
/** Longer than a worker waits for its own request. */
const lateWriteMs = 20_000;
/** Until then workers have come that were only cut off by a restart; who has not is not there. */
const settledMs = 60_000;
const agreeMs = 3_600_000;
/** A worker may know of devices that the relay, which it cannot reach, has never heard of. */
const strangerMs = 300_000;

/**
 * Writes what changed, about once a second and the newest of it; what waits is a set of ids. A project that is away is
 * waited for. Soon after the start and every hour both sides are compared as a whole.
 */
export function startDeviceMirror(needs: DeviceMirrorNeeds): DeviceMirror {
  const { place, registry, clock, log } = needs;
  const startedMs = clock.now();
  /** What the place's clock is ahead of ours; nothing is written before it is known. */
  let offsetMs: number | undefined;
  let agreeDueMs = startedMs;
  let seenDueMs = startedMs + seenMs;
  let nextPart = 0;
  const changedWorkers = new Set<string>();
  const changedGroups = new Set<string>();
  /** PCs that are back: those of this while, and those of the one before. */
  let returned = new Set<string>();
  let returnedBefore = new Set<string>();
  let cancelDoubt: (() => void) | undefined;
  const devices = makeMirroredDevices({ place, registry, log, offsetMs: () => offsetMs ?? 0 });
  const patience = makePatience({
    clock,
    log,
    random: needs.random,
    away: (reason) => `Supabase takes no device status, ${devices.waiting()} devices wait: ${reason}`,
    back: () => "Supabase takes device status again",
  });

  const isSettled = (): boolean => clock.now() - startedMs >= settledMs;

  function stepAgreement(): Promise<Told<unknown>> | undefined {
    return clock.now() >= agreeDueMs ? agree() : undefined;
  }

  async function agree(): Promise<Told<unknown>> {
    const askedMs = clock.now();
    const told = await place.snapshot();
    if (told.kind !== "done" || turns.isClosed()) return told;
    const snapshot = told.value;
    offsetMs = Date.parse(snapshot.now) - (askedMs + clock.now()) / 2;
    agreeDueMs = isSettled() ? clock.now() + agreeMs : startedMs + settledMs;
    compareDevices(snapshot);
    for (const { pc_id: pcId } of needs.workers()) changedWorkers.add(pcId);
    compareGroups(snapshot.groups);
    return told;
  }

  function compareDevices({ now, devices: kept }: FallbackSnapshot): void {
    const rows = new Map(kept.map((row) => [row.device_id, row]));
    for (const { kind, picture } of registry.list()) {
      const row = rows.get(picture.device_id);
      rows.delete(picture.device_id);
      // What this relay only remembers may be known better over there, until its worker has had time to come.
      if (kind === "gone" && !isSettled()) continue;
      if (row === undefined || !isSamePicture(row, picture)) devices.changed(picture.device_id);
    }
    if (!isSettled()) return;
    for (const { device_id: id, last_seen_at: seenAt } of rows.values())
      if (Date.parse(now) - Date.parse(seenAt) > strangerMs) devices.changed(id);
  }

  function compareGroups(kept: readonly Group[]): void {
    const rows = new Map(kept.map((group) => [group.name, group]));
    for (const { name, device_ids: ids } of needs.groups()) {
      const row = rows.get(name);
      rows.delete(name);
      if (!isDeepStrictEqual(row?.device_ids.toSorted(), ids.toSorted())) changedGroups.add(name);
    }
    for (const name of rows.keys()) changedGroups.add(name);
  }

  function stepWorkers(): Promise<Told<unknown>> | undefined {
    const areSeenDue = clock.now() >= seenDueMs;
    if (changedWorkers.size === 0 && !areSeenDue) return undefined;
    if (areSeenDue) seenDueMs = clock.now() + seenMs;
    const rows = needs
      .workers()
      .filter(({ pc_id: pcId, is_online: isOnline }) => changedWorkers.has(pcId) || (areSeenDue && isOnline));
    changedWorkers.clear();
    return rows.length === 0 ? undefined : writeWorkers(rows);
  }

  async function writeWorkers(rows: readonly WorkerStatus[]): Promise<Told<unknown>> {
    const told = await place.putWorkers(
      rows.map((row) => ({
        ...row,
        last_seen_at: isoTimeOf(Date.parse(row.last_seen_at) + (offsetMs ?? 0)),
      })),
    );
    if (told.kind !== "done") for (const { pc_id: pcId } of rows) changedWorkers.add(pcId);
    return told;
  }

  function stepGroups(): Promise<Told<unknown>> | undefined {
    const [name] = changedGroups;
    if (name === undefined) return undefined;
    changedGroups.delete(name);
    return writeGroup(name);
  }

  async function writeGroup(name: string): Promise<Told<unknown>> {
    const group = needs.groups().find((each) => each.name === name);
    const told = await (group === undefined ? place.removeGroup(name) : place.putGroup(group));
    if (told.kind === "refused") {
      log(`Supabase refuses the group ${JSON.stringify(name)} and goes without it: ${told.reason}`);
      return { kind: "done", value: undefined };
    }
    if (told.kind !== "done") changedGroups.add(name);
    return told;
  }

  /** In one look at all devices, however many PCs are back after a cut. */
  function doubtReturned(): void {
    for (const { picture } of registry.list())
      if (returnedBefore.has(picture.pc_id)) devices.doubt(picture.device_id);
    returnedBefore = returned;
    returned = new Set();
    cancelDoubt = returnedBefore.size > 0 ? clock.setTimer(lateWriteMs, doubtReturned) : undefined;
  }

  /** Another one first each time, or the last ones would never come to it. */
  const parts = [() => devices.step(), stepWorkers, stepGroups, stepAgreement];
  function nextRequest(): Promise<Told<unknown>> | undefined {
    if (offsetMs === undefined) return stepAgreement();
    for (let tried = 0; tried < parts.length; tried += 1) {
      const request = parts[nextPart]?.();
      nextPart = (nextPart + 1) % parts.length;
      if (request !== undefined) return request;
    }
    return undefined;
  }

  const turns = startTurns({ clock, log, what: "the device mirror" }, async () => {
    const told = await nextRequest();
    if (told === undefined || turns.isClosed()) return turnMs;
    if (told.kind !== "done") return Math.max(turnMs, patience.failed(told.reason));
    patience.succeeded();
    return turnMs;
  });

  return {
    deviceChanged: (deviceId) => devices.changed(deviceId),
    workerChanged: (pcId) => void changedWorkers.add(pcId),
    workerReturned(pcId) {
      // The comparison that comes soon after the start sees all of it.
      if (clock.now() - startedMs < settledMs - lateWriteMs) return;
      returned.add(pcId);
      cancelDoubt ??= clock.setTimer(lateWriteMs, doubtReturned);
    },
    groupChanged: (name) => void changedGroups.add(name),
    waiting: () => devices.waiting(),
    close() {
      turns.close();
      cancelDoubt?.();
    },
  };
}

function isSamePicture(one: DeviceStatusUpdate, other: DeviceStatusUpdate): boolean {
  const timeless = { last_seen_at: "", version: 0 };
  return isDeepStrictEqual({ ...one, ...timeless }, { ...other, ...timeless });
}
