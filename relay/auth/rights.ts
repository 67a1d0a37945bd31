import type { contract } from "../../protocol/contract.ts";
import { fail, type Fault } from "../../protocol/fault.ts";
import type { Role } from "../../protocol/role.ts";
import type { FarmSettings } from "../settings.ts";
import type { Identity } from "./identity.ts";

type DashboardEvent =
  | keyof (typeof contract)["/dashboard"]["toRelay"]
  | keyof (typeof contract)["/stream"]["dashboardToRelay"];

/** The least role that may send each event of a dashboard. What a worker may send is its namespace's whole table. */
export const leastRoles: Record<DashboardEvent, Role> = {
  "device:list": "viewer",
  "group:list": "viewer",
  "job:list": "viewer",
  "stream:start": "viewer",
  "stream:stop": "viewer",
  "stream:refresh": "viewer",
  "stream:latency": "viewer",
  clock: "viewer",
  "auth:renew": "viewer",
  "command:send": "operator",
  "command:watch": "operator",
  "control:open": "operator",
  "control:input": "operator",
  "control:close": "operator",
  "group:save": "operator",
  "group:delete": "operator",
  "lease:take": "operator",
  "lease:drop": "operator",
  "job:create": "operator",
  "job:cancel": "operator",
  "device:remove": "admin",
  "audit:query": "admin",
};

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

function atLeast(role: Role, least: Role): boolean {
  return rank[role] >= rank[least];
}

/** Why this one may not send the event; nothing when it may. A worker's events are bounded by its namespace alone. */
export function refusedRight(identity: Identity, event: string): Fault | undefined {
  if (identity.kind === "worker" || !isDashboardEvent(event)) return undefined;
  return lackOfRole(identity.role, leastRoles[event], event);
}

/** Whether this role runs `shell`, which is everything a computer with ADB can do to a phone. */
export function mayShell(
  role: Role,
  { operatorsMayShell }: Pick<FarmSettings, "operatorsMayShell">,
): boolean {
  return atLeast(role, operatorsMayShell ? "operator" : "admin");
}

/** The refusal of something that takes a greater role than this one. */
export function lackOfRole(role: Role, least: Role, what: string): Fault | undefined {
  if (atLeast(role, least)) return undefined;
  return fail("FORBIDDEN", `${what} takes the role ${least}, and yours is ${role}`, {
    role,
    least_role: least,
  }).fault;
}

function isDashboardEvent(event: string): event is DashboardEvent {
  return Object.hasOwn(leastRoles, event);
}
