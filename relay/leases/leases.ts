import type * as v from "valibot";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { Lease, leaseChange } from "../../protocol/lease.ts";
import type { Role } from "../../protocol/role.ts";
import { authorOf, type Audit, type Author } from "../audit/audit.ts";
import { lackOfRole } from "../auth/rights.ts";
import { isoTimeOf, type Clock } from "../clock.ts";
import { unknownDevice, type DeviceRegistry } from "../presence/device-registry.ts";
import { actorRoom, dashboardRoom } from "../rooms.ts";
import type { FarmSettings } from "../settings.ts";
import type { LeaseRows, StoredLease } from "../store/lease-rows.ts";
import type { DashboardWire, Wires } from "../wire.ts";

const sweepMs = 1000;
/** Every command of the holder extends; dashboards and the disk hear of it only when it is at least this much more. */
const mostUntoldMs = 60_000;

interface Held extends StoredLease {
  /** What dashboards and the disk know. */
  toldExpiresAtMs: number;
  hasWarned: boolean;
}

/** Who holds which device. What nobody holds, everybody drives who has the right. */
export interface Leases {
  take(wire: DashboardWire, deviceId: string, isTakingOver: boolean): Result<{ lease: Lease }>;
  drop(wire: DashboardWire, deviceId: string): Result<object>;
  list(): Lease[];
  /**
   * Asked before anything is done to a device: why this one must not, when another holds it. When it holds the device
   * itself, that extends its lease.
   */
  drive(actor: string, deviceId: string): Fault | undefined;
  /** Whoever this was is not let in any more. */
  dropAllOf(actor: string): void;
  deviceForgotten(deviceId: string): void;
  close(): void;
}

export interface LeasesNeeds {
  wires: Wires;
  store: LeaseRows;
  audit: Audit;
  clock: Clock;
  registry: DeviceRegistry;
  settings: Pick<FarmSettings, "leaseIdleMs" | "leaseWarningMs">;
  /** Somebody holds the device from now on. */
  onHeld(deviceId: string, actor: string): void;
}

export function makeLeases(needs: LeasesNeeds): Leases {
  const { wires, store, audit, clock, registry, settings } = needs;
  const { leaseIdleMs: idleMs } = settings;
  const warningMs = Math.min(settings.leaseWarningMs, idleMs / 2);
  const untoldMs = Math.min(mostUntoldMs, idleMs / 10);
  const leases = new Map<string, Held>();
  for (const stored of store.listLeases()) {
    leases.set(stored.deviceId, { ...stored, toldExpiresAtMs: stored.expiresAtMs, hasWarned: false });
  }
  sweep();
  let cancelSweep = clock.setTimer(sweepMs, sweepAgain);

  function sweepAgain(): void {
    cancelSweep = clock.setTimer(sweepMs, sweepAgain);
    sweep();
  }

  function sweep(): void {
    const nowMs = clock.now();
    for (const held of leases.values()) {
      const { deviceId, actor, expiresAtMs, hasWarned } = held;
      if (expiresAtMs <= nowMs) end(held, "expired", { actor, address: "" });
      else if (!hasWarned && expiresAtMs - warningMs <= nowMs) {
        held.hasWarned = true;
        const warning = { device_id: deviceId, expires_at: isoTimeOf(expiresAtMs) };
        wires.emit("/dashboard", actorRoom(actor), "lease:expiring", warning);
      }
    }
  }

  function tell(deviceId: string, change: v.InferOutput<typeof leaseChange>, held?: Held): void {
    const lease = held === undefined ? {} : { lease: leaseOf(held) };
    wires.emit("/dashboard", dashboardRoom, "lease:changed", { device_id: deviceId, change, ...lease });
  }

  function keep(held: Held, change: "taken" | "extended" | "taken_over"): void {
    held.toldExpiresAtMs = held.expiresAtMs;
    held.hasWarned = false;
    store.saveLease(held);
    tell(held.deviceId, change, held);
    if (change !== "extended") needs.onHeld(held.deviceId, held.actor);
  }

  function end({ deviceId, actor }: Held, change: "dropped" | "expired", author: Author): void {
    leases.delete(deviceId);
    store.removeLease(deviceId);
    tell(deviceId, change);
    const event = change === "expired" ? "lease:expire" : "lease:drop";
    audit.record(author, { event, deviceId, outcome: change, details: { holder: actor } });
  }

  function extend(held: Held): void {
    held.expiresAtMs = clock.now() + idleMs;
    if (held.hasWarned || held.expiresAtMs - held.toldExpiresAtMs >= untoldMs) keep(held, "extended");
  }

  function seize(deviceId: string, { actor, role }: { actor: string; role: Role }, isTakingOver: boolean) {
    const present = leases.get(deviceId);
    if (present !== undefined && present.actor !== actor) {
      if (!isTakingOver) return { ok: false, fault: heldFault(present) } as const;
      const lacking = lackOfRole(role, "admin", "taking a device over from its holder");
      if (lacking !== undefined) return { ok: false, fault: lacking } as const;
    }
    const nowMs = clock.now();
    const isOwn = present?.actor === actor;
    const takenAtMs = isOwn ? present.takenAtMs : nowMs;
    const expiresAtMs = nowMs + idleMs;
    const held = { deviceId, actor, takenAtMs, expiresAtMs, toldExpiresAtMs: expiresAtMs, hasWarned: false };
    leases.set(deviceId, held);
    const change = isOwn ? "extended" : present === undefined ? "taken" : "taken_over";
    keep(held, change);
    return succeed({ held, change, previous: isOwn ? undefined : present?.actor });
  }

  return {
    take(wire, deviceId, isTakingOver) {
      if (registry.find(deviceId) === undefined) return unknownDevice(deviceId);
      const seized = seize(deviceId, wire.identity, isTakingOver);
      if (!seized.ok) return seized;
      const { held, change, previous } = seized.value;
      const details = previous === undefined ? {} : { details: { holder: previous } };
      audit.record(authorOf(wire), { event: "lease:take", deviceId, outcome: change, ...details });
      return succeed({ lease: leaseOf(held) });
    },
    drop(wire, deviceId) {
      const held = leases.get(deviceId);
      if (held === undefined) return succeed({});
      if (held.actor !== wire.identity.actor) return { ok: false, fault: heldFault(held) };
      end(held, "dropped", authorOf(wire));
      return succeed({});
    },
    list: () => [...leases.values()].map(leaseOf),
    drive(actor, deviceId) {
      const held = leases.get(deviceId);
      if (held === undefined || held.expiresAtMs <= clock.now()) return undefined;
      if (held.actor !== actor) return heldFault(held);
      extend(held);
      return undefined;
    },
    dropAllOf(actor) {
      for (const held of leases.values()) {
        if (held.actor === actor) end(held, "dropped", { actor, address: "" });
      }
    },
    deviceForgotten(deviceId) {
      const held = leases.get(deviceId);
      if (held !== undefined) end(held, "dropped", { actor: held.actor, address: "" });
    },
    close: () => cancelSweep(),
  };
}

function leaseOf({ deviceId, actor, takenAtMs, expiresAtMs }: Held): Lease {
  return {
    device_id: deviceId,
    actor,
    taken_at: isoTimeOf(takenAtMs),
    expires_at: isoTimeOf(expiresAtMs),
  };
}

function heldFault({ actor, expiresAtMs }: Held): Fault {
  const expires_at = isoTimeOf(expiresAtMs);
  const message = `${actor} holds this device, until ${expires_at} unless it is used`;
  return fail("FORBIDDEN", message, { holder: actor, expires_at }).fault;
}
