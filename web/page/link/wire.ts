import { io } from "socket.io-client";
import type { Handshake, Namespace } from "../../../protocol/auth.ts";

/** What the links need of a Socket.IO socket; tests pass their own. */
export interface Wire {
  readonly connected: boolean;
  connect(): void;
  disconnect(): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
}

/** Opens nothing yet: `keepConnected` does, because Socket.IO's own back-off is not the contract's. */
export function makeSocket(url: string, namespace: Namespace, auth: Handshake): Wire {
  return io(new URL(namespace, url).href, {
    auth,
    autoConnect: false,
    reconnection: false,
    // One connection a namespace: a saturated picture must not delay a tap.
    forceNew: true,
    transports: ["websocket"],
  });
}
