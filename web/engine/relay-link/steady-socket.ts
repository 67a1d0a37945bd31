import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { errorEvent } from "../../../protocol/error.ts";
import { faultCodes, type Fault } from "../../../protocol/fault.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import { backoffMs, jittered } from "../backoff.ts";

const refusedRetryMs = 30_000;
const farewellMs = 1000;
/** 1, 2, 4, 8, 16, 30, 30, … seconds, for ever. */
const retryBackoff = { firstMs: 1000, maxMs: 30_000 };

export interface SteadySocketNeeds {
  /** The relay's address with the namespace. */
  url: string;
  auth: object;
  onAttempt(attempt: number): void;
  /** The relay does not let us in, or sent us away. */
  onRefused(fault: Fault): void;
}

/** A Socket.IO connection that never gives up. */
export interface SteadySocket<S extends Socket = Socket> {
  socket: S;
  /** Connects at once, asking to take the place of whoever keeps this one out. Once it is in, it asks no more. */
  takeOver(): void;
  /** Connects at once instead of at the next turn: the relay is known to be there. */
  hurry(): void;
  close(): void;
}

const options: Partial<ManagerOptions & SocketOptions> = {
  transports: ["websocket"],
  // Each namespace on a connection of its own: a saturated picture must not delay a tap.
  forceNew: true,
  // Its own has no jitter at its longest wait, and after some 1,000 attempts (a night) half of its waits are 0 ms: the
  // doubled time has become infinite and its jitter NaN.
  reconnection: false,
  timeout: 10_000,
};

/**
 * Tries again whatever happens, what the network does to it as well as what a server says: a farm PC has nobody to
 * press "retry".
 */
export function openSteadySocket(needs: SteadySocketNeeds): SteadySocket {
  let isTakingOver = false;
  const socket: Socket = io(needs.url, {
    ...options,
    auth: (give: (auth: object) => void) => give({ ...needs.auth, ...(isTakingOver && { take_over: true }) }),
  });
  let attempt = 0;
  let farewell: { fault: Fault; atMs: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function retryIn(waitMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      socket.connect();
    }, waitMs);
  }

  socket.on("connect", () => {
    attempt = 0;
    farewell = undefined;
    // Whoever takes over later must not be fought.
    isTakingOver = false;
  });
  socket.on("error", (fault: unknown) => {
    // What ends a connection is told before it ends.
    const told = parsePayload("error", errorEvent, fault);
    if (told.ok) farewell = { fault: told.value, atMs: performance.now() };
  });
  socket.on("connect_error", (error) => {
    attempt += 1;
    if (socket.active) {
      needs.onAttempt(attempt);
      retryIn(jittered(backoffMs(retryBackoff, attempt)));
      return;
    }
    const fault = faultOf(error);
    needs.onRefused(fault);
    // FORBIDDEN is another worker of this PC, often only this one's own connection from before a reload.
    retryIn(fault.code === "AUTH_FAILED" ? refusedRetryMs : backoffMs(retryBackoff, attempt));
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    attempt += 1;
    // What was refused long before is not why the relay closes now.
    const last = farewell !== undefined && performance.now() - farewell.atMs < farewellMs && farewell.fault;
    if (reason === "io server disconnect" && last) needs.onRefused(last);
    else needs.onAttempt(attempt);
    retryIn(jittered(backoffMs(retryBackoff, attempt)));
  });

  return {
    socket,
    takeOver: () => {
      if (socket.connected) return;
      isTakingOver = true;
      clearTimeout(timer);
      timer = undefined;
      socket.connect();
    },
    hurry: () => {
      if (timer === undefined || socket.connected) return;
      retryIn(0);
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
      socket.disconnect();
    },
  };
}

/** The fault that a refused handshake carries in `data`; a relay that sends none is taken to mean the token. */
function faultOf(error: Error & { data?: unknown }): Fault {
  const data: unknown = error.data;
  const code = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  const known = faultCodes.find((each) => each === code);
  return { code: known ?? "AUTH_FAILED", message: error.message };
}
