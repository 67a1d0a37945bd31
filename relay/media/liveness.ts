import type { Clock } from "../clock.ts";
import { backlogCheckMs, mostWaitingBytes } from "../socket-io/backlog.ts";

/** As Socket.IO's own: a farm PC that lost its power is noticed after 35 s at most. */
const pingAfterMs = 15_000;
const deadAfterMs = 35_000;

export interface WatchedConnection {
  /** When its peer was heard last, Unix ms. */
  heardAtMs(): number;
  /** What waits to be written to it. */
  waitingBytes(): number;
  ping(): void;
  /** At once: a goodbye would keep what waits until it is answered. */
  cut(): void;
}

/** Asks those that say nothing for a sign of life, and cuts those that give none or do not read. One look serves all. */
export function watchConnections(connections: Iterable<WatchedConnection>, clock: Clock): () => void {
  let cancel = clock.setTimer(backlogCheckMs, look);

  function look(): void {
    cancel = clock.setTimer(backlogCheckMs, look);
    const nowMs = clock.now();
    for (const connection of connections) {
      const silentMs = nowMs - connection.heardAtMs();
      if (silentMs > deadAfterMs || connection.waitingBytes() > mostWaitingBytes) connection.cut();
      else if (silentMs > pingAfterMs) connection.ping();
    }
  }
  return () => cancel();
}
