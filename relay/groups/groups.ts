import type { contract } from "../../protocol/contract.ts";
import { fail, succeed } from "../../protocol/fault.ts";
import type { Group } from "../../protocol/group.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { Handlers } from "../door.ts";
import { dashboardRoom } from "../rooms.ts";
import type { Store } from "../store/store.ts";
import type { Wire, Wires } from "../wire.ts";

export const mostGroups = 1000;
/** Of all groups together: they are in memory, and in every `device:list`. */
export const mostMembers = 100_000;

/** Devices under names, for commands to many. */
export interface Groups {
  list(): Group[];
  membersOf(name: string): string[] | undefined;
  handlers(
    wire: Wire,
  ): Pick<Handlers<(typeof contract)["/dashboard"]["toRelay"]>, "group:save" | "group:list" | "group:delete">;
}

export function makeGroups(
  wires: Wires,
  store: Store,
  audit: Audit,
  onChanged: (name: string) => void,
): Groups {
  const members = new Map(store.listGroups().map(({ name, device_ids }) => [name, device_ids]));
  let memberCount = [...members.values()].reduce((sum, { length }) => sum + length, 0);

  function list(): Group[] {
    return [...members].map(([name, device_ids]) => ({ name, device_ids }));
  }

  return {
    list,
    membersOf: (name) => members.get(name),
    handlers: (wire) => ({
      "group:list": () => succeed({ groups: list() }),
      "group:save"({ name, device_ids }) {
        const group = { name, device_ids: [...new Set(device_ids)] };
        const present = members.get(name);
        if (present === undefined && members.size >= mostGroups) {
          return fail("RATE_LIMITED", `there are ${mostGroups} groups already; delete one first`);
        }
        const nextCount = memberCount + group.device_ids.length - (present?.length ?? 0);
        if (nextCount > mostMembers) {
          return fail("RATE_LIMITED", `all groups together may have ${mostMembers} members`);
        }
        store.saveGroup(group);
        members.set(name, group.device_ids);
        memberCount = nextCount;
        const details = { name, members: group.device_ids.length };
        audit.record(authorOf(wire), { event: "group:save", outcome: "ok", details });
        wires.emit("/dashboard", dashboardRoom, "group:changed", group);
        onChanged(name);
        return succeed({});
      },
      "group:delete"({ name }) {
        const present = members.get(name);
        // Somebody else was faster.
        if (present === undefined) return succeed({});
        store.forgetGroup(name);
        members.delete(name);
        memberCount -= present.length;
        audit.record(authorOf(wire), { event: "group:delete", outcome: "ok", details: { name } });
        wires.emit("/dashboard", dashboardRoom, "group:changed", { name });
        onChanged(name);
        return succeed({});
      },
    }),
  };
}
