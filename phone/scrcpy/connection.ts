import type { ByteDuplex } from "../byte-duplex.ts";
import type { ScrcpyContext } from "./context.ts";
import type { ScrcpyOptions } from "./options.ts";

/** One of the up to three sockets between the server and the computer. */
export interface Connection {
  /** Whole when settled. False: the client is gone. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Calls for each chunk until the client is gone or the connection is closed. Never rejects. */
  read(onChunk: (chunk: Uint8Array) => void): Promise<void>;
  close(): void;
}

export interface Connections {
  video?: Connection;
  audio?: Connection;
  control?: Connection;
  /** In the order they were opened. */
  all: readonly Connection[];
}

/** Opens video, audio and control in this order, as far as asked for. Rejects when the computer does not take part. */
export async function openConnections(
  context: ScrcpyContext,
  options: ScrcpyOptions,
  signal: AbortSignal,
): Promise<Connections> {
  const name = socketName(options.scid);
  const listener = options.tunnelForward ? context.listenLocal(name) : undefined;
  const stopWaiting = () => listener?.close();
  signal.addEventListener("abort", stopWaiting);
  const all: Connection[] = [];
  const connections: Connections = { all };
  try {
    for (const kind of ["video", "audio", "control"] as const) {
      if (!options[kind]) continue;
      signal.throwIfAborted();
      const duplex = await (listener === undefined ? context.connectLocal(name) : listener.accept());
      const connection = makeConnection(duplex);
      connections[kind] = connection;
      all.push(connection);
      // adb accepts on the computer before the phone does: the byte tells the client that the phone is really there.
      if (all.length === 1 && options.tunnelForward && options.sendDummyByte)
        await connection.write(Uint8Array.of(0));
    }
    return connections;
  } catch (error) {
    for (const connection of all) connection.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", stopWaiting);
    listener?.close();
  }
}

function socketName(scid: number | undefined): string {
  return scid === undefined ? "scrcpy" : `scrcpy_${scid.toString(16).padStart(8, "0")}`;
}

function makeConnection(duplex: ByteDuplex): Connection {
  const writer = duplex.writable.getWriter();
  // The end of the connection is learnt by writing or reading; nobody waits for `closed`.
  writer.closed.catch(() => undefined);
  return {
    async write(bytes) {
      try {
        await writer.write(bytes);
        return true;
      } catch {
        return false;
      }
    },
    async read(onChunk) {
      const reader = duplex.readable.getReader();
      reader.closed.catch(() => undefined);
      while (true) {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
        if (done) return;
        onChunk(value);
      }
    },
    close() {
      duplex.close();
    },
  };
}
