import { authorOf } from "./audit/audit.ts";
import type { WorkerIdentity } from "./auth/identity.ts";
import { serveDashboard } from "./doors/dashboard-door.ts";
import { serveViewer, serveWorkerStream } from "./doors/stream-doors.ts";
import { serveWorker } from "./doors/worker-door.ts";
import { makeFeatures, type FarmNeeds } from "./features.ts";
import type { FarmCensus } from "./metrics/metrics.ts";
import { isDashboard, type Wire } from "./wire.ts";

/** The relay behind its wires: who is let in, and by which door. */
export interface Farm {
  census(): FarmCensus;
  /** Ends every timer and records what was under way. Wires and store are closed by whoever made them. */
  close(): void;
}

export function makeFarm(needs: FarmNeeds): Farm {
  const { wires, log } = needs;
  const features = makeFeatures(needs);
  const { audit, outbox, mirror, seats, gatekeeper, registry, presence, commands, streams } = features;

  /** False when two connections for one `pc_id` were admitted in the same moment and this is the later one. */
  function takeSeat(wire: Wire, identity: WorkerIdentity): boolean {
    if (wire.namespace === "/dashboard") return true;
    const taken = seats.take(wire.namespace, wire, identity);
    if (!taken.ok) {
      wire.emit("error", taken.fault);
      wire.close();
      return false;
    }
    if (taken.value.dismissed > 0) {
      const details = { pc_id: identity.pcId, namespace: wire.namespace };
      audit.record(authorOf(wire), { event: "worker:take-over", outcome: "ok", details });
    }
    return true;
  }

  function tellComingAndGoing(wire: Wire): void {
    const author = authorOf(wire);
    const name = `${author.actor} on ${wire.namespace}`;
    audit.record(author, { event: "connect", outcome: "ok", details: { namespace: wire.namespace } });
    if (wire.namespace !== "/stream") log(`${name} connected from ${wire.address}`);
    wire.onClose(() => {
      audit.record(author, { event: "disconnect", outcome: "ok", details: { namespace: wire.namespace } });
      if (wire.namespace !== "/stream") log(`${name} left`);
    });
  }

  wires.open({
    admit: (caller) => gatekeeper.admit(caller),
    connect(wire) {
      const { identity } = wire;
      if (identity.kind === "worker" && !takeSeat(wire, identity)) return;
      gatekeeper.add(wire);
      if (!wire.isScript) tellComingAndGoing(wire);
      if (identity.kind === "worker") {
        if (wire.namespace === "/stream") serveWorkerStream(wire, identity, features);
        else serveWorker(wire, identity, features);
      } else if (wire.namespace === "/stream") serveViewer(wire, features);
      else if (isDashboard(wire)) serveDashboard(wire, features);
    },
  });

  return {
    census: () => ({
      devices: registry.list().map(({ picture }) => picture),
      auditLag: outbox?.lag(),
      devicesUnmirrored: mirror?.waiting(),
      streamsWatched: streams.watchedCount(),
      streamsCachedBytes: streams.cachedBytes(),
      commandsPending: presence
        .workers()
        .reduce((sum, { pc_id: pcId }) => sum + commands.pendingCount(pcId), 0),
    }),
    close: () => features.close(),
  };
}
