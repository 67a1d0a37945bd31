import type { AdbIncomingSocketHandler, AdbSocket, AdbTransport } from "@yume-chan/adb";

/**
 * A transport that remembers the sockets opened through it and closes them together. Tango's scrcpy client closes
 * only the server's process, and a server whose sockets stay open lives on in the phone.
 */
export class ScopedTransport implements AdbTransport {
  readonly #inner: AdbTransport;
  readonly #sockets = new Set<AdbSocket>();

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

  addReverseTunnel(
    handler: AdbIncomingSocketHandler,
    address?: string,
  ): ReturnType<AdbTransport["addReverseTunnel"]> {
    return this.#inner.addReverseTunnel((socket) => handler(this.#remember(socket)), address);
  }
  removeReverseTunnel(address: string): ReturnType<AdbTransport["removeReverseTunnel"]> {
    return this.#inner.removeReverseTunnel(address);
  }
  clearReverseTunnels(): ReturnType<AdbTransport["clearReverseTunnels"]> {
    return this.#inner.clearReverseTunnels();
  }

  /** Closes every socket opened here; the transport itself stays. Never rejects. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#sockets].map(async (socket) => socket.close()));
  }

  #remember(socket: AdbSocket): AdbSocket {
    this.#sockets.add(socket);
    const forget = (): boolean => this.#sockets.delete(socket);
    socket.closed.then(forget, forget);
    return socket;
  }
}
