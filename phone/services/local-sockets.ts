import { type ByteDuplex, ConnectionClosedError } from "../byte-duplex.ts";
import { makeDuplexPair } from "../duplex-pair.ts";
import type { LocalListener } from "../scrcpy/context.ts";

/** Opens one connection to whoever listens. */
type Connect = () => Promise<ByteDuplex>;

/** The phone's own sockets by address: `localabstract:NAME` or `tcp:PORT` on its loopback. */
export interface LocalSockets {
  /** Listens inside the phone. Throws when the address is taken. */
  listen(address: string): LocalListener;
  /** Answers every connection to the address with `connect`, as a `reverse:` tunnel does. Returns its end; undefined: taken. */
  forward(address: string, connect: Connect): (() => void) | undefined;
  /** How to connect, or undefined when nobody listens. */
  find(address: string): Connect | undefined;
}

export function makeLocalSockets(): LocalSockets {
  const connects = new Map<string, Connect>();

  function forward(address: string, connect: Connect): (() => void) | undefined {
    if (connects.has(address)) return undefined;
    connects.set(address, connect);
    return () => {
      if (connects.get(address) === connect) connects.delete(address);
    };
  }

  return {
    forward,
    find: (address) => connects.get(address),
    listen(address) {
      const queue = makeAcceptQueue();
      const stop = forward(address, () => queue.connect());
      if (!stop) throw new Error(`Address already in use: ${address}`);
      return {
        accept: () => queue.accept(),
        close() {
          stop();
          queue.close();
        },
      };
    },
  };
}

/** Connections wait here, open and readable, until the listener takes them. */
function makeAcceptQueue() {
  const waiting: ByteDuplex[] = [];
  const accepting: { resolve(connection: ByteDuplex): void; reject(error: Error): void }[] = [];
  let isClosed = false;
  return {
    async connect(): Promise<ByteDuplex> {
      const [near, far] = makeDuplexPair();
      const accepted = accepting.shift();
      if (accepted) accepted.resolve(far);
      else waiting.push(far);
      return near;
    },
    async accept(): Promise<ByteDuplex> {
      if (isClosed) throw new ConnectionClosedError("the listener is closed");
      const connection = waiting.shift();
      if (connection) return connection;
      return await new Promise<ByteDuplex>((resolve, reject) => accepting.push({ resolve, reject }));
    },
    close(): void {
      isClosed = true;
      for (const connection of waiting.splice(0)) connection.close();
      for (const waiter of accepting.splice(0))
        waiter.reject(new ConnectionClosedError("the listener is closed"));
    },
  };
}
