import { contract } from "../../protocol/contract.ts";
import type { WorkerIdentity } from "../auth/identity.ts";
import { succeed } from "../../protocol/fault.ts";
import { preciseNowMs } from "../clock.ts";
import { guardDoor } from "../door.ts";
import { guardPackets } from "../packet-door.ts";
import type { Features } from "../features.ts";
import type { Wire } from "../wire.ts";
import { joinWorkerRooms } from "./worker-rooms.ts";

/** What a worker may send on `/stream`. */
export function serveWorkerStream(wire: Wire, { pcId }: WorkerIdentity, features: Features): void {
  const { presence, streams, gatekeeper, door } = features;
  joinWorkerRooms(wire, pcId, presence);
  guardDoor(
    wire,
    contract["/stream"].workerToRelay,
    {
      "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
      "stream:frame": (frame) => streams.frame(pcId, frame),
      "stream:packet": (packet) => streams.packet(pcId, bytesOf(packet)),
      "stream:status": (status) => streams.status(pcId, status),
      clock: () => succeed({ now: preciseNowMs() }),
    },
    door,
  );
  guardPackets(wire, (packet) => streams.packet(pcId, packet), door);
  streams.workerConnected(pcId);
}

function bytesOf(packet: Uint8Array | ArrayBuffer): Uint8Array {
  return packet instanceof Uint8Array ? packet : new Uint8Array(packet);
}

/** What a dashboard may send on `/stream`. */
export function serveViewer(wire: Wire, { streams, gatekeeper, door }: Features): void {
  wire.onClose(() => streams.viewerLeft(wire));
  guardDoor(
    wire,
    contract["/stream"].dashboardToRelay,
    {
      "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
      "stream:start": (request, turn) => streams.start(wire, request, turn),
      "stream:stop": ({ device_id }) => streams.stop(wire, device_id),
      "stream:refresh": ({ device_id }) => streams.refresh(wire, device_id),
      "stream:latency"(latency) {
        streams.latency(latency);
        return succeed({});
      },
      clock: () => succeed({ now: preciseNowMs() }),
    },
    door,
  );
}
