import type { Outgoing, OutgoingName, Wire, Wires } from "../wire.ts";
import type { Metrics } from "./metrics.ts";

export interface ConnectionCounts {
  workersConnected: number;
  dashboardsConnected: number;
  viewersConnected: number;
}

/** Wires that tell of every refusal and know how many of each kind are connected. What lies behind does not notice. */
export interface MeteredWires extends Wires {
  counts(): ConnectionCounts;
}

export function meterWires(wires: Wires, metrics: Metrics): MeteredWires {
  const counts: ConnectionCounts = { workersConnected: 0, dashboardsConnected: 0, viewersConnected: 0 };

  return {
    ...wires,
    open(gate) {
      wires.open({
        async admit(caller) {
          const admitted = await gate.admit(caller);
          if (!admitted.ok) metrics.connectionRefused(admitted.fault.code);
          return admitted;
        },
        connect(wire) {
          const kind = kindOf(wire);
          if (kind !== undefined) {
            counts[kind] += 1;
            wire.onClose(() => (counts[kind] -= 1));
          }
          gate.connect(meterWire(wire, metrics));
        },
      });
    },
    counts: () => counts,
  };
}

/** A worker's `/stream` belongs to the worker that is counted on its own namespace. */
function kindOf({ namespace, identity, isScript }: Wire): keyof ConnectionCounts | undefined {
  if (isScript) return undefined;
  if (namespace === "/worker") return "workersConnected";
  if (namespace === "/dashboard") return "dashboardsConnected";
  return identity.kind === "dashboard" ? "viewersConnected" : undefined;
}

function meterWire(wire: Wire, metrics: Metrics): Wire {
  return {
    ...wire,
    emit<Name extends OutgoingName>(event: Name, payload: Outgoing[Name]) {
      if (event === "error" && "code" in payload) metrics.eventRefused(payload.code);
      wire.emit(event, payload);
    },
    onEvent(handler) {
      wire.onEvent((event, payload, answer) => {
        handler(
          event,
          payload,
          answer &&
            ((given) => {
              if (!given.ok) metrics.eventRefused(given.fault.code);
              answer(given);
            }),
        );
      });
    },
  };
}
