import { type ByteDuplex, ConnectionClosedError } from "../byte-duplex.ts";
import { command, type Packet } from "./packet.ts";

/** What a phone lets a computer send before the first acknowledgement, when both know delayed acks; adbd's own figure. */
export const initialWindow = 32 * 1024 * 1024;
/** Bytes held for a service that does not read; stands in for the kernel's socket buffer behind adbd. */
const readAheadBytes = 256 * 1024;

/** One OPENed stream: the packets on one side, a `ByteDuplex` for the service on the other. */
export interface AdbStream {
  readonly localId: number;
  readonly remoteId: number;
  readonly duplex: ByteDuplex;
  /** Aborted when the stream ends, whoever ends it. */
  readonly signal: AbortSignal;
  /** WRTE arrived. A computer that sends on and on without waiting for OKAY loses the stream. */
  receive(payload: Uint8Array): void;
  /** OKAY arrived: `bytes` were taken, or without delayed acks (undefined) the last WRTE was. */
  acknowledge(bytes: number | undefined): void;
  /** CLSE arrived. */
  closeByPeer(): void;
}

export interface StreamOptions {
  localId: number;
  remoteId: number;
  /** Bytes the computer takes without acknowledging, or undefined without delayed acks: then one WRTE at a time. */
  window: number | undefined;
  /** The longest WRTE either side may send. */
  maxPayload: number;
  send: (packet: Packet) => Promise<void>;
  /** Called once, after the last packet was handed to `send`. */
  onEnd: () => void;
}

const nothing = new Uint8Array();

export function makeStream(options: StreamOptions): AdbStream {
  const { localId, remoteId, maxPayload, send } = options;
  const hasDelayedAcks = options.window !== undefined;
  let window = options.window ?? Infinity;
  let windowOpened: (() => void) | undefined;
  const unread: Uint8Array[] = [];
  let unacknowledged = 0;
  // A computer sends while its window is above 0: its last WRTE may go past the end.
  const mostUnacknowledged = hasDelayedAcks ? initialWindow + maxPayload : maxPayload;
  let isEnded = false;
  let isReadableDone = false;
  let readableController: ReadableStreamDefaultController<Uint8Array> | undefined;
  let writableController: WritableStreamDefaultController | undefined;
  const ending = new AbortController();

  // A wire that broke ends every stream by itself; nobody waits for these two small packets.
  const post = (code: number, payload: Uint8Array) =>
    void send({ command: code, arg0: localId, arg1: remoteId, payload }).catch(() => undefined);

  function sendOkay(bytes: number): void {
    if (isEnded) return;
    post(command.okay, hasDelayedAcks ? new Uint8Array(Uint32Array.of(bytes).buffer) : nothing);
  }

  const wantsMore = () => !isReadableDone && (readableController?.desiredSize ?? 0) > 0;

  function deliver(): void {
    while (wantsMore()) {
      const payload = unread.shift();
      if (!payload) break;
      readableController?.enqueue(payload);
      unacknowledged -= payload.byteLength;
      sendOkay(payload.byteLength);
    }
    if (isEnded && unread.length === 0 && !isReadableDone) {
      isReadableDone = true;
      readableController?.close();
    }
  }

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    post(command.close, nothing);
    writableController?.error(new ConnectionClosedError());
    windowOpened?.();
    deliver();
    ending.abort(new ConnectionClosedError());
    options.onEnd();
  }

  /** adbd would queue without end, trusting its computer; a phone among many in one browser tab cannot. */
  function endOverrun(): void {
    unread.length = 0;
    isReadableDone = true;
    readableController?.error(new ConnectionClosedError("the computer ignored its window"));
    end();
  }

  const mustWait = () => window <= 0 && !isEnded;

  /** Settles once at least one byte may be sent. */
  async function waitForWindow(): Promise<void> {
    while (mustWait()) {
      await new Promise<void>((resolve) => (windowOpened = resolve));
    }
    if (isEnded) throw new ConnectionClosedError();
  }

  const readable = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (readableController = controller),
      pull: deliver,
      cancel: () => {
        isReadableDone = true;
        end();
      },
    },
    { highWaterMark: readAheadBytes, size: (chunk) => chunk.byteLength },
  );

  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void (writableController = controller),
    async write(chunk) {
      let sent = 0;
      while (sent < chunk.byteLength) {
        await waitForWindow();
        const payload = chunk.slice(sent, sent + Math.min(maxPayload, window));
        window = hasDelayedAcks ? window - payload.byteLength : 0;
        sent += payload.byteLength;
        await send({ command: command.write, arg0: localId, arg1: remoteId, payload });
      }
    },
    // As adbd: the end is only noticed once the last WRTE was acknowledged, so a computer never gets CLSE before it is ready.
    async close() {
      await waitForWindow();
      end();
    },
    abort: end,
  });

  return {
    localId,
    remoteId,
    duplex: { readable, writable, close: end },
    signal: ending.signal,
    receive(payload) {
      if (isEnded) return undefined;
      // Nothing to hand over, and it must not take room in the queue either. adbd acknowledges bytes, or a WRTE that had any.
      if (payload.byteLength === 0) return hasDelayedAcks ? sendOkay(0) : undefined;
      unacknowledged += payload.byteLength;
      if (unacknowledged > mostUnacknowledged) return endOverrun();
      unread.push(payload);
      return deliver();
    },
    acknowledge(bytes) {
      if (!hasDelayedAcks) window = Infinity;
      else if (bytes !== undefined) window += bytes;
      if (window > 0) windowOpened?.();
    },
    closeByPeer: end,
  };
}
