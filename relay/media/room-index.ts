import type { Wire } from "../wire.ts";

/** Which wires are in which room. Each is also alone in a room named like its id. */
export interface RoomIndex {
  join(room: string, wire: Wire): void;
  leave(room: string, wire: Wire): void;
  /** Everybody in any of the rooms, each once. */
  membersOf(rooms: string | string[]): Iterable<Wire>;
}

export function makeRoomIndex(): RoomIndex {
  const rooms = new Map<string, Set<Wire>>();

  return {
    join(room, wire) {
      const members = rooms.get(room);
      if (members === undefined) rooms.set(room, new Set([wire]));
      else members.add(wire);
    },
    leave(room, wire) {
      const members = rooms.get(room);
      if (members?.delete(wire) === true && members.size === 0) rooms.delete(room);
    },
    membersOf(names) {
      if (typeof names === "string") return rooms.get(names) ?? [];
      return new Set(names.flatMap((name) => [...(rooms.get(name) ?? [])]));
    },
  };
}
