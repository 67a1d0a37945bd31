import { io } from "socket.io-client";
import type { Handshake, Namespace } from "../../../protocol/auth.ts";
import type { Wire } from "../../connection/wire.ts";

/** Opens nothing yet: `keepConnected` does, because Socket.IO's own back-off is not the contract's. */
export function makeSocket(url: string, namespace: Namespace, auth: () => Handshake): Wire {
  return io(new URL(namespace, url).href, {
    // Asked at every connecting: a token may have been renewed.
    auth: (give) => give(auth()),
    autoConnect: false,
    reconnection: false,
    // One connection a namespace: a saturated picture must not delay a tap.
    forceNew: true,
    transports: ["websocket"],
  });
}
