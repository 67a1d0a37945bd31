import type { Role } from "../../protocol/role.ts";

/** Who is on a wire, without the token. `actor` is its name in the audit trail. */
export type Identity = WorkerIdentity | DashboardIdentity;

export interface WorkerIdentity {
  kind: "worker";
  pcId: string;
  actor: string;
  /** Asked to take the place of the worker that speaks for this PC now. */
  isTakingOver: boolean;
  /** Executes a command once, however often it is delivered. */
  remembersCommands: boolean;
}

export interface DashboardIdentity {
  kind: "dashboard";
  actor: string;
  role: Role;
}
