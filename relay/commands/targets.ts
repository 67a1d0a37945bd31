import type { CommandSend } from "../../protocol/command.ts";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Groups } from "../groups/groups.ts";
import type { DeviceRegistry } from "../presence/device-registry.ts";

/** The ids of those whom a command is for, each once, whether or not anybody knows them. */
export function targetsOf(command: CommandSend, registry: DeviceRegistry, groups: Groups): Result<string[]> {
  if (command.broadcast !== true) return succeed([command.device_id ?? ""]);
  if (command.broadcast_device_ids !== undefined) return succeed([...new Set(command.broadcast_device_ids)]);
  if (command.group !== undefined) {
    const members = groups.membersOf(command.group);
    if (members !== undefined) return succeed(members);
    const problem = "there is no such group";
    const details = { event: "command:send", path: "group", problem };
    return fail("INVALID_PAYLOAD", `group "${command.group}": ${problem}`, details);
  }
  const connected = registry.list().filter(({ kind }) => kind === "present");
  return succeed(connected.map(({ picture }) => picture.device_id));
}
