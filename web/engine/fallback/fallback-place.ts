import type { FallbackAccount } from "../../../protocol/fallback.ts";
import type { HealthStatus } from "../../../protocol/device.ts";
import type { HeartbeatDevice } from "../../../protocol/heartbeat.ts";

/** A device as the project has it, of what a worker may say. */
export interface DeviceRow {
  device_id: string;
  serial_number: string;
  status: HeartbeatDevice["status"];
  health_status: HealthStatus;
  battery_level: number | null;
  condition: Record<string, unknown>;
}

export type Told<T> =
  | { ok: true; value: T }
  /** `isSignedOut`: only signing in again helps. */
  | { ok: false; reason: string; isSignedOut: boolean };

/** Where a worker reports its PC's devices while the relay is away. Its promises never reject. */
export interface FallbackPlace {
  /** Loads what it needs from the relay, while that is there. */
  prepare(): Promise<boolean>;
  signIn(): Promise<Told<undefined>>;
  /** This PC's devices, those that changed last before the others. */
  read(): Promise<Told<DeviceRow[]>>;
  /** In one statement. Answers which were taken; what another PC holds is not. */
  write(rows: readonly DeviceRow[], signal: AbortSignal): Promise<Told<string[]>>;
  /** That this PC is there. */
  sayHere(signal: AbortSignal): Promise<Told<undefined>>;
  close(): void;
}

export type MakeFallbackPlace = (account: FallbackAccount, pcId: string) => FallbackPlace;
