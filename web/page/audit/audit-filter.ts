import type { Asked } from "../link/request.ts";
import type { DeviceRecord } from "../link/device-book.ts";
import { labelOf } from "../wall/device-words.ts";

export const auditKinds = [
  { pattern: "", words: "Everything" },
  { pattern: "command:*", words: "Commands" },
  { pattern: "device:*", words: "Devices" },
  { pattern: "lease:*", words: "Who holds what" },
  { pattern: "group:*", words: "Groups" },
  { pattern: "stream*", words: "Pictures" },
  { pattern: "control*", words: "Live control" },
  { pattern: "job:*", words: "Jobs" },
  { pattern: "worker:*", words: "Workers" },
  { pattern: "credential:*", words: "Keys and tokens" },
  { pattern: "connect*", words: "Arrivals" },
  { pattern: "disconnect*", words: "Departures" },
] as const;

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

export const auditRanges = [
  { name: "any", words: "Any time" },
  { name: "quarter", words: "Last 15 min", ms: 15 * minuteMs },
  { name: "hour", words: "Last hour", ms: 60 * minuteMs },
  { name: "day", words: "Last 24 h", ms: dayMs },
  { name: "week", words: "Last 7 days", ms: 7 * dayMs },
  { name: "between", words: "Between…" },
] as const satisfies { name: string; words: string; ms?: number }[];
export type AuditRangeName = (typeof auditRanges)[number]["name"];

/** What is looked for, as its fields are filled in. */
export interface AuditFilter {
  actor: string;
  /** A label, model, serial number or id. */
  device: string;
  pattern: string;
  range: AuditRangeName;
  /** Local times as `<input type="datetime-local">` writes them; used when the range is "between". */
  from: string;
  until: string;
}

export const noFilter: AuditFilter = {
  actor: "",
  device: "",
  pattern: "",
  range: "any",
  from: "",
  until: "",
};

export type AuditQuery = NonNullable<Asked<"audit:query">>;

/** Which device is meant; nothing when none is, or more than one. */
export function deviceMeant(text: string, devices: readonly DeviceRecord[]): string | undefined {
  const wanted = text.trim().toLowerCase();
  const meant = devices.filter((device) =>
    [labelOf(device), device.serial_number, device.device_id, device.model].some(
      (name) => name?.toLowerCase() === wanted,
    ),
  );
  if (meant.length === 1) return meant[0]?.device_id;
  // The trail remembers devices that the relay has forgotten.
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(wanted) ? wanted : undefined;
}

/** The fields as the relay is asked; nothing when the device they name is unknown. */
export function queryOf(
  filter: AuditFilter,
  devices: readonly DeviceRecord[],
  nowMs: number,
): AuditQuery | undefined {
  const actor = filter.actor.trim();
  const deviceId = filter.device.trim() === "" ? undefined : deviceMeant(filter.device, devices);
  if (filter.device.trim() !== "" && deviceId === undefined) return undefined;
  return {
    ...(actor === "" ? {} : { actor }),
    ...(deviceId === undefined ? {} : { device_id: deviceId }),
    ...(filter.pattern === "" ? {} : { event: filter.pattern }),
    ...rangeOf(filter, nowMs),
  };
}

function rangeOf(
  { range, from, until }: AuditFilter,
  nowMs: number,
): Pick<AuditQuery, "from_ms" | "until_ms"> {
  if (range === "between") {
    const fromMs = Date.parse(from);
    const untilMs = Date.parse(until);
    return {
      ...(Number.isNaN(fromMs) ? {} : { from_ms: fromMs }),
      // A minute that is named is meant to its end.
      ...(Number.isNaN(untilMs) ? {} : { until_ms: untilMs + minuteMs - 1 }),
    };
  }
  const chosen = auditRanges.find(({ name }) => name === range);
  return chosen !== undefined && "ms" in chosen ? { from_ms: nowMs - chosen.ms } : {};
}
