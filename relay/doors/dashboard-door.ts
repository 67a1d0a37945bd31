import { contract } from "../../protocol/contract.ts";
import { succeed } from "../../protocol/fault.ts";
import { authorOf } from "../audit/audit.ts";
import { queryTrail } from "../audit/trail-query.ts";
import { mayShell } from "../auth/rights.ts";
import { isoTimeOf } from "../clock.ts";
import { guardDoor } from "../door.ts";
import type { Features } from "../features.ts";
import { unknownDevice } from "../presence/device-registry.ts";
import { actorRoom, dashboardRoom } from "../rooms.ts";
import type { DashboardWire } from "../wire.ts";

/** What a dashboard may send on `/dashboard`. */
export function serveDashboard(wire: DashboardWire, features: Features): void {
  const { registry, presence, commands, control, groups, leases, gatekeeper } = features;
  const { audit, store, settings, clock, door } = features;
  let hasListed = false;
  wire.onClose(() => control.wireLeft(wire));
  if (!wire.isScript) {
    wire.join(dashboardRoom);
    wire.join(actorRoom(wire.identity.actor));
    for (const { picture } of registry.list()) wire.emit("device:status:update", picture);
  }
  guardDoor(
    wire,
    contract["/dashboard"].toRelay,
    {
      "device:list"() {
        // A page asks again every minute: once is enough to know that it looked.
        if (!hasListed) audit.record(authorOf(wire), { event: "device:list", outcome: "ok" });
        hasListed = true;
        const { actor, role } = wire.identity;
        return succeed({
          devices: registry.list().map(({ picture }) => picture),
          workers: presence.workers(),
          now: isoTimeOf(clock.now()),
          actor,
          role,
          may_shell: mayShell(role, settings),
          leases: leases.list(),
          groups: groups.list(),
        });
      },
      "device:remove"({ device_id: deviceId }) {
        const removed = presence.remove(deviceId);
        if (removed === undefined) return unknownDevice(deviceId);
        const { serial_number, pc_id } = removed;
        audit.record(authorOf(wire), {
          event: "device:remove",
          deviceId,
          outcome: "ok",
          details: { serial_number, pc_id },
        });
        return succeed({});
      },
      "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
      "lease:take": ({ device_id, take_over }) => leases.take(wire, device_id, take_over === true),
      "lease:drop": ({ device_id }) => leases.drop(wire, device_id),
      "command:send": (command, turn) => commands.send(wire, command, turn),
      "command:watch": (request, turn) => commands.watch(wire, request, turn),
      ...groups.handlers(wire),
      "control:open": (request) => control.open(wire, request),
      "control:input": (input) => control.input(wire, input),
      "control:close": ({ device_id }) => control.close(wire, device_id),
      "audit:query": (query) => queryTrail(store, audit, authorOf(wire), query),
    },
    door,
  );
}
