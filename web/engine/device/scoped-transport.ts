import type { AdbIncomingSocketHandler, AdbSocket, AdbTransport } from "@yume-chan/adb";
import { withTimeLimit } from "../time-limit.ts";

/** A device that hangs takes no CLSE: whoever closes must get on, for instance to closing USB itself. */
const closeLimitMs = 2000;

/**
 * A transport that remembers the sockets opened through it and closes them together. Tango's scrcpy client closes
 * only the server's process, and a server whose sockets stay open lives on in the phone.
 */
export class ScopedTransport implements AdbTransport {
  readonly #inner: AdbTransport;
  readonly #sockets = new Set<AdbSocket>();
  readonly #tunnels = new Set<string>();
  #isClosed = false;

  constructor(inner: AdbTransport) {
    this.#inner = inner;
  }

  get serial(): string {
    return this.#inner.serial;
  }
  get maxPayloadSize(): number {
    return this.#inner.maxPayloadSize;
  }
  get banner(): AdbTransport["banner"] {
    return this.#inner.banner;
  }
  get disconnected(): Promise<void> {
    return this.#inner.disconnected;
  }
  get clientFeatures(): AdbTransport["clientFeatures"] {
    return this.#inner.clientFeatures;
  }

  async connect(service: string): Promise<AdbSocket> {
    return this.#remember(await this.#inner.connect(service));
  }

  async addReverseTunnel(handler: AdbIncomingSocketHandler, address?: string): Promise<string> {
    const local = await this.#inner.addReverseTunnel((socket) => handler(this.#remember(socket)), address);
    this.#tunnels.add(local);
    return local;
  }
  removeReverseTunnel(address: string): ReturnType<AdbTransport["removeReverseTunnel"]> {
    return this.#inner.removeReverseTunnel(address);
  }
  clearReverseTunnels(): ReturnType<AdbTransport["clearReverseTunnels"]> {
    return this.#inner.clearReverseTunnels();
  }

  /**
   * Closes every socket opened here, also those still on their way; the transport itself stays. Never rejects, and takes
   * two seconds at most.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const address of this.#tunnels) void this.#inner.removeReverseTunnel(address);
    this.#tunnels.clear();
    const closing = Promise.allSettled([...this.#sockets].map(async (socket) => socket.close()));
    await withTimeLimit("closing sockets", closeLimitMs, closing).catch(() => undefined);
  }

  #remember(socket: AdbSocket): AdbSocket {
    this.#sockets.add(socket);
    const forget = (): boolean => this.#sockets.delete(socket);
    socket.closed.then(forget, forget);
    // Nobody would ever read it, and what is not read holds up the device.
    if (this.#isClosed) Promise.resolve(socket.close()).catch(() => undefined);
    return socket;
  }
}
