import type { AuditRows } from "./audit-rows.ts";
import type { CommandRows } from "./command-rows.ts";
import type { CredentialRows } from "./credential-rows.ts";
import type { StoreHealth } from "./commit-group.ts";
import type { DeviceRows } from "./device-rows.ts";
import type { GroupRows } from "./group-rows.ts";
import type { LeaseRows } from "./lease-rows.ts";
import type { OutboxRows } from "./outbox-rows.ts";
import type { WorkerAccountRows } from "./worker-account-rows.ts";

/**
 * The relay's memory. Writes are seen by reads at once and are durable after the next `commit`, which happens by itself
 * within about 100 ms; everything written until then goes to the disk together. Failures of the disk throw.
 */
export interface Store
  extends
    DeviceRows,
    CommandRows,
    LeaseRows,
    GroupRows,
    CredentialRows,
    AuditRows,
    OutboxRows,
    WorkerAccountRows {
  /** Resolves when everything written so far is on the disk. */
  commit(): Promise<void>;
  health(): StoreHealth;
  /** Commits and lets go of the file. */
  close(): void;
}
