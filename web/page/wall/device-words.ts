import type { ProblemCode } from "../../../protocol/device-state.ts";
import type { DeviceRecord } from "../link/device-book.ts";
import { adviceOn } from "../worker/advice.ts";

export type Condition = "ready" | "busy" | "attention" | "offline";
export const conditions = ["ready", "busy", "attention", "offline"] as const satisfies Condition[];

export const conditionWords: Record<Condition, string> = {
  ready: "Ready",
  busy: "Busy",
  attention: "Attention",
  offline: "Offline",
};

/** The class of `.badge` that shows it. */
export const conditionTone: Record<Condition, string> = {
  ready: "ok",
  busy: "busy",
  attention: "warn",
  offline: "",
};

/** A worker that knows only the event document sends no model: the serial number is the name then. */
export function modelOf(device: Pick<DeviceRecord, "model" | "serial_number">): string {
  return device.model ?? device.serial_number;
}

export function labelOf(device: Pick<DeviceRecord, "model" | "serial_number">): string {
  return device.model === undefined ? device.serial_number : `${device.model} ${device.serial_number}`;
}

export function conditionOf(device: DeviceRecord): Condition {
  if (device.health_status === "offline") return "offline";
  if (device.problem !== undefined || device.health_status === "zombie") return "attention";
  return device.status === "busy" ? "busy" : "ready";
}

const reasonWords = {
  adb_lost: "Unplugged",
  worker_offline: "Its PC is offline",
} as const;

/** One line on what keeps the device from working, or nothing. */
export function troubleOf(device: DeviceRecord, isPcOnline = true): string | undefined {
  if (device.health_status === "offline") {
    if (!isPcOnline) return reasonWords.worker_offline;
    return device.disconnect_reason === undefined
      ? "Not seen any more"
      : reasonWords[device.disconnect_reason];
  }
  const code: ProblemCode | undefined = device.problem?.code;
  if (code !== undefined) return adviceOn[code].title;
  if (device.state === "claiming") return "Connecting…";
  if (device.state === "authorizing") return adviceOn.AUTH_PENDING.title;
  return device.health_status === "zombie" ? "Does not answer" : undefined;
}

export function ageWords(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
