import type { Role } from "../../protocol/role.ts";

/** Who is on a wire, without the token. `actor` is its name in the audit trail. */
export type Identity = WorkerIdentity | DashboardIdentity;

interface Admission {
  actor: string;
  /** The key or token of `tabfarm` that let it in; absent for the farm-wide tokens and for JWTs. */
  credentialId?: string;
  /** When what let it in ends. */
  expiresAtMs?: number;
}

export interface WorkerIdentity extends Admission {
  kind: "worker";
  pcId: string;
  /** Tells the two connections of one worker from another worker's. */
  session?: string;
  /** Asked to take the place of the worker that speaks for this PC now. */
  isTakingOver: boolean;
  /** Executes a command once, however often it is delivered. */
  remembersCommands: boolean;
  /** Serves live control. */
  takesControl: boolean;
  /** Passes the phones' H.264 on, and each JPEG layer that is watched. */
  sendsVideo: boolean;
}

export interface DashboardIdentity extends Admission {
  kind: "dashboard";
  role: Role;
  /** Of a person whose role is the one that Supabase has for it as a member of the farm. */
  userId?: string;
}

/** Its name in the trail, whoever let it in. */
export function workerActor(pcId: string): string {
  return `worker ${pcId}`;
}

/** The actor of the farm-wide dashboard token. */
export const dashboardActor = "dashboard";

/** Names that the trail has for something else than a person. */
const reservedNames = new Set([dashboardActor, "relay", "worker", "tabfarm"]);
const longestActor = 128;

/** Why a person may not have this name in the trail; nothing when it may. */
export function nameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > longestActor) return `must have 1 to ${longestActor} characters`;
  if (name.trim() !== name || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) {
    return "must not have line breaks, or spaces at its ends";
  }
  const [firstWord = ""] = name.toLowerCase().split(/\s/u);
  return reservedNames.has(firstWord) ? `must not begin with "${firstWord}"` : undefined;
}
