import { contract } from "../../protocol/contract.ts";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Heartbeat } from "../../protocol/heartbeat.ts";
import { authorOf } from "../audit/audit.ts";
import type { WorkerIdentity } from "../auth/identity.ts";
import { isoTimeOf } from "../clock.ts";
import { guardDoor } from "../door.ts";
import type { Features } from "../features.ts";
import type { Wire } from "../wire.ts";
import { joinWorkerRooms } from "./worker-rooms.ts";

/** What a worker may send on `/worker`. */
export function serveWorker(wire: Wire, identity: WorkerIdentity, features: Features): void {
  const { presence, commands, control, jobs, limits, audit, gatekeeper, clock, door } = features;
  const { pcId } = identity;
  joinWorkerRooms(wire, pcId, presence);
  presence.workerConnected(pcId);
  features.mirror?.workerReturned(pcId);
  features.workerAccounts?.workerConnected(pcId);
  commands.workerConnected(wire, identity);
  wire.onClose(() => presence.workerLeft(pcId));
  function heartbeat(report: Heartbeat): Result<object> {
    if (report.pc_id !== pcId) {
      return fail("FORBIDDEN", `this connection speaks for ${pcId}, not for ${report.pc_id}`);
    }
    const tooMany = limits.heartbeats.refusal(pcId);
    if (tooMany !== undefined) return { ok: false, fault: tooMany };
    if (presence.heartbeat(report)) {
      const serial_numbers = report.devices.map(({ serial_number }) => serial_number);
      const details = { pc_id: pcId, serial_numbers };
      audit.record(authorOf(wire), { event: "worker:heartbeat", outcome: "devices changed", details });
    }
    commands.workerReported(pcId);
    wire.emit("worker:heartbeat:ack", {
      received_at: isoTimeOf(clock.now()),
      pending_commands: commands.pendingCount(pcId),
    });
    return succeed({});
  }

  guardDoor(
    wire,
    contract["/worker"].toRelay,
    {
      "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
      "worker:heartbeat": heartbeat,
      "command:ack": (ack) => commands.acknowledge(wire, pcId, ack),
      "control:clipboard": (clipboard) => control.clipboard(pcId, clipboard),
      "job:progress": (news) => jobs.tell(wire, pcId, "job:progress", news),
      "job:completed": (news) => jobs.tell(wire, pcId, "job:completed", news),
      "job:failed": (news) => jobs.tell(wire, pcId, "job:failed", news),
    },
    door,
  );
  control.workerConnected(identity);
}
