import type { CommandStatus } from "../../protocol/command.ts";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";

/** One command for one device, as it is remembered. Times are Unix milliseconds. */
export interface StoredCommand {
  commandId: string;
  deviceId: string;
  pcId: string;
  actor: string;
  /** The wire that heard of it last. */
  senderId: string;
  commandType: string;
  status: CommandStatus | "accepted";
  acceptedAtMs: number;
  endedAtMs?: number;
  error?: string;
  /** Never the whole of a long result: see `summarizeResult`. */
  result?: unknown;
}

interface CommandProgress {
  status: CommandStatus;
  endedAtMs?: number;
  error?: string;
  result?: unknown;
}

/** One row of the audit trail. */
export interface AuditEvent {
  eventId: string;
  atMs: number;
  actor: string;
  address: string;
  event: string;
  deviceId?: string;
  outcome: string;
  details?: unknown;
}

/**
 * The relay's memory. Writes are seen by reads at once and are durable after the next `commit`, which happens by itself
 * within about 10 ms; everything written until then goes to the disk together. Failures of the disk throw.
 */
export interface Store {
  /** Resolves when everything written so far is on the disk. */
  commit(): Promise<void>;
  saveDevice(device: DeviceStatusUpdate): void;
  forgetDevice(deviceId: string): void;
  listDevices(): DeviceStatusUpdate[];
  addCommand(command: StoredCommand): void;
  /** All targets of a command; empty when its id is new. */
  findCommand(commandId: string): StoredCommand[];
  /** One target of a command. */
  findCommandOf(commandId: string, deviceId: string): StoredCommand | undefined;
  setCommandSender(commandId: string, deviceId: string, senderId: string): void;
  updateCommand(commandId: string, deviceId: string, progress: CommandProgress): void;
  /** Ends every command that has not ended as `failed` and says how many there were. */
  failUnfinishedCommands(error: string, atMs: number): number;
  addAuditEvent(event: AuditEvent): void;
  /** The newest first. */
  listAuditEvents(limit: number): AuditEvent[];
  /** Commits and lets go of the file. */
  close(): void;
}
