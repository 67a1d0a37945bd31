import { contract } from "../../protocol/contract.ts";
import type { WorkerIdentity } from "../auth/identity.ts";
import { succeed } from "../../protocol/fault.ts";
import { preciseNowMs } from "../clock.ts";
import { guardDoor } from "../door.ts";
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
      clock: () => succeed({ now: preciseNowMs() }),
    },
    door,
  );
  streams.workerConnected(pcId);
}

/** What a dashboard may send on `/stream`. */
export function serveViewer(wire: Wire, { streams, gatekeeper, door }: Features): void {
  wire.onClose(() => streams.viewerLeft(wire));
  guardDoor(
    wire,
    contract["/stream"].dashboardToRelay,
    {
      "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
      "stream:start": (request) => streams.start(wire, request),
      "stream:stop": ({ device_id }) => streams.stop(wire, device_id),
      clock: () => succeed({ now: preciseNowMs() }),
    },
    door,
  );
}
