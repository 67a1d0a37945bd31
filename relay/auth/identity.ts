/** Who is on a wire, without the token. `actor` is its name in the audit trail. */
export type Identity = WorkerIdentity | DashboardIdentity;

export interface WorkerIdentity {
  kind: "worker";
  pcId: string;
  actor: string;
}

export interface DashboardIdentity {
  kind: "dashboard";
  actor: string;
}
