import type { Device, DeviceRegistry } from "../presence/device-registry.ts";
import { isoTimeOf } from "../clock.ts";
import type { Log } from "../log.ts";
import { type MirrorPlace, type Told } from "./mirror-place.ts";

const mostRows = 500;
/** Their ids stand in an address. */
const mostIds = 100;

export interface MirroredDevicesNeeds {
  place: MirrorPlace;
  registry: DeviceRegistry;
  log: Log;
  /** What the place's clock is ahead of the relay's. */
  offsetMs: () => number;
}

/** Which devices the place has otherwise, or may have. Ids alone: what is written is what is true by then. */
export interface MirroredDevices {
  changed(deviceId: string): void;
  /** Somebody else may have written it last. */
  doubt(deviceId: string): void;
  waiting(): number;
  /** One request, if there is anything to ask. */
  step(): Promise<Told<unknown>> | undefined;
}

export function makeMirroredDevices(needs: MirroredDevicesNeeds): MirroredDevices {
  const { place, registry, log, offsetMs } = needs;
  const changed = new Set<string>();
  const doubtful = new Set<string>();
  let batchRows = mostRows;
  let isDoubtsTurn = false;

  async function write(ids: readonly string[], devices: readonly Device[]): Promise<Told<unknown>> {
    const told = await place.putDevices(devices.map(rowOf));
    if (told.kind === "done") {
      batchRows = Math.min(mostRows, batchRows * 2);
      const taken = new Set(told.value);
      for (const id of ids) if (!taken.has(id)) doubtful.add(id);
      return told;
    }
    if (told.kind === "refused" && ids.length === 1) {
      log(`Supabase refuses the status of device ${ids.join()} and goes without it: ${told.reason}`);
      return { kind: "done", value: undefined };
    }
    putBack(changed, ids);
    if (told.kind === "not now") return told;
    batchRows = Math.max(1, Math.floor(ids.length / 2));
    return told.kind === "refused" ? { kind: "done", value: undefined } : told;
  }

  function rowOf({ picture }: Device) {
    return { ...picture, last_seen_at: isoTimeOf(Date.parse(picture.last_seen_at) + offsetMs()) };
  }

  async function remove(ids: readonly string[]): Promise<Told<unknown>> {
    const told = await place.removeDevices(ids);
    if (told.kind !== "done") putBack(changed, ids);
    return told;
  }

  /** What the place would not take has a version that is not smaller: ours becomes greater, for it is what is true now. */
  async function readBack(ids: readonly string[]): Promise<Told<unknown>> {
    const told = await place.readVersions(ids);
    if (told.kind !== "done") {
      putBack(doubtful, ids);
      return told;
    }
    const kept = new Map(told.value.map((row) => [row.deviceId, row]));
    for (const id of ids) {
      const own = registry.find(id)?.picture.version;
      const row = kept.get(id);
      if (own === undefined ? row === undefined : isAgreed(own, row)) continue;
      if (row !== undefined) registry.raiseVersion(id, row.version);
      changed.add(id);
    }
    return told;
  }

  return {
    changed: (deviceId) => void changed.add(deviceId),
    doubt: (deviceId) => void doubtful.add(deviceId),
    waiting: () => changed.size + doubtful.size,
    step() {
      // In turns: neither may keep the other waiting.
      isDoubtsTurn = !isDoubtsTurn;
      if (doubtful.size > 0 && (isDoubtsTurn || changed.size === 0)) return readBack(take(doubtful, mostIds));
      if (changed.size === 0) return undefined;
      const ids = take(changed, batchRows);
      const devices = ids.flatMap((id) => registry.find(id) ?? []);
      const isKnown = new Set(devices.map(({ picture }) => picture.device_id));
      const gone = ids.filter((id) => !isKnown.has(id));
      if (devices.length > 0) {
        putBack(changed, gone);
        return write([...isKnown], devices);
      }
      putBack(changed, gone.slice(mostIds));
      return remove(gone.slice(0, mostIds));
    },
  };
}

function isAgreed(own: number, row: { version: number; reportedBy: string } | undefined): boolean {
  return row !== undefined && row.reportedBy === "relay" && row.version === own;
}

/** Takes the first of them out; should the request fail they are put back, unless they changed meanwhile. */
function take(from: Set<string>, count: number): string[] {
  const ids = [...from].slice(0, count);
  for (const id of ids) from.delete(id);
  return ids;
}

function putBack(into: Set<string>, ids: readonly string[]): void {
  for (const id of ids) into.add(id);
}
