import type { DeviceListReply } from "../../../protocol/device.ts";

/** What a relay answers to `device:list`, for tests. */
export function listReply(more: Partial<DeviceListReply> = {}): { ok: true } & DeviceListReply {
  return {
    ok: true,
    devices: [],
    workers: [],
    now: "2026-11-23T04:20:00.000Z",
    actor: "olga",
    role: "operator",
    may_shell: true,
    leases: [],
    groups: [],
    ...more,
  };
}
