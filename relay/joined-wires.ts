import type { Wires } from "./wire.ts";

/** Wires of several kinds as one: the farm does not notice which of them a client is on. */
export function joinWires(...kinds: Wires[]): Wires {
  return {
    open(gate) {
      for (const wires of kinds) wires.open(gate);
    },
    emit(namespace, rooms, event, payload) {
      for (const wires of kinds) wires.emit(namespace, rooms, event, payload);
    },
    async close() {
      await Promise.all(kinds.map((wires) => wires.close()));
    },
  };
}
