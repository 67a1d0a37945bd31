import { type ByteDuplex, ConnectionClosedError } from "../byte-duplex.ts";
import { command, type Packet } from "./packet.ts";
import type { Computer, OpenService } from "./service.ts";
import { type AdbStream, initialWindow, makeStream } from "./stream.ts";

export interface StreamTableOptions {
  hasDelayedAcks: boolean;
  maxPayload: number;
  openService: OpenService;
  send: (packet: Packet) => Promise<void>;
  onBug: (error: unknown) => void;
}

/** Every stream of one online connection. What AOSP's `handle_packet` ignores is ignored here. */
export interface StreamTable {
  handle(packet: Packet): void;
  /** Ends every stream and refuses later ones. */
  close(): void;
}

const nothing = new Uint8Array();

export function makeStreamTable(options: StreamTableOptions): StreamTable {
  const { hasDelayedAcks, maxPayload, send } = options;
  const streams = new Map<number, AdbStream>();
  const pendingOpens = new Map<number, { resolve(stream: ByteDuplex): void; reject(error: Error): void }>();
  const gone = new AbortController();
  let lastId = 0;

  function nextId(): number {
    do lastId = (lastId % 0xffffffff) + 1;
    while (streams.has(lastId) || pendingOpens.has(lastId));
    return lastId;
  }

  const post = (code: number, arg0: number, arg1: number, payload: Uint8Array = nothing) =>
    void send({ command: code, arg0, arg1, payload }).catch(() => undefined);

  function addStream(localId: number, remoteId: number, window: number | undefined): AdbStream {
    const stream = makeStream({
      localId,
      remoteId,
      window,
      maxPayload,
      send,
      onEnd: () => streams.delete(localId),
    });
    streams.set(localId, stream);
    return stream;
  }

  /** The stream a packet is for; a peer id of 0 matches any, which old versions send in CLSE. */
  function find(localId: number, remoteId: number): AdbStream | undefined {
    const stream = streams.get(localId);
    return stream && (remoteId === 0 || stream.remoteId === remoteId) ? stream : undefined;
  }

  const computer: Computer = {
    signal: gone.signal,
    async open(destination) {
      if (gone.signal.aborted) throw new ConnectionClosedError();
      const localId = nextId();
      const opened = new Promise<ByteDuplex>((resolve, reject) =>
        pendingOpens.set(localId, { resolve, reject }),
      );
      // adbd ends the destination with a zero byte: computers before version 0x01000001 look for it.
      post(
        command.open,
        localId,
        hasDelayedAcks ? initialWindow : 0,
        new TextEncoder().encode(`${destination}\0`),
      );
      return await opened;
    },
  };

  function handleOpen({ arg0: remoteId, arg1: window, payload }: Packet): void {
    if (remoteId === 0) return;
    const destination = new TextDecoder().decode(payload).replace(/\0+$/, "");
    const service =
      (window !== 0) === hasDelayedAcks ? options.openService(destination, computer) : undefined;
    if (!service) return post(command.close, 0, remoteId);
    const stream = addStream(nextId(), remoteId, hasDelayedAcks ? window : undefined);
    post(command.okay, stream.localId, remoteId, hasDelayedAcks ? uint32(initialWindow) : nothing);
    service(stream.duplex, stream.signal)
      .catch((error: unknown) => {
        // A service whose stream ended under it stops where it stands.
        if (!stream.signal.aborted && !(error instanceof ConnectionClosedError)) options.onBug(error);
      })
      .finally(() => stream.duplex.close());
  }

  function handleOkay({ arg0: remoteId, arg1: localId, payload }: Packet): void {
    if (remoteId === 0 || localId === 0) return;
    const pending = pendingOpens.get(localId);
    if (!pending && !streams.has(localId)) return post(command.close, localId, remoteId);
    if (payload.byteLength !== 0 && payload.byteLength !== 4) return;
    const bytes =
      payload.byteLength === 4
        ? new DataView(payload.buffer, payload.byteOffset).getInt32(0, true)
        : undefined;
    if (pending) {
      pendingOpens.delete(localId);
      return pending.resolve(addStream(localId, remoteId, hasDelayedAcks ? (bytes ?? 0) : undefined).duplex);
    }
    find(localId, remoteId)?.acknowledge(bytes);
  }

  function handleClose({ arg0: remoteId, arg1: localId }: Packet): void {
    if (localId === 0) return;
    const pending = pendingOpens.get(localId);
    if (pending) {
      pendingOpens.delete(localId);
      return pending.reject(new ConnectionClosedError("the computer refused the connection"));
    }
    find(localId, remoteId)?.closeByPeer();
  }

  return {
    handle(packet) {
      if (packet.command === command.open) handleOpen(packet);
      else if (packet.command === command.okay) handleOkay(packet);
      else if (packet.command === command.close) handleClose(packet);
      else if (packet.command === command.write && packet.arg0 !== 0)
        find(packet.arg1, packet.arg0)?.receive(packet.payload);
    },
    close() {
      gone.abort(new ConnectionClosedError());
      for (const pending of pendingOpens.values()) pending.reject(new ConnectionClosedError());
      pendingOpens.clear();
      for (const stream of streams.values()) stream.closeByPeer();
    },
  };
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
