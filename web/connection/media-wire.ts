import * as v from "valibot";
import type { Handshake } from "../../protocol/auth.ts";
import { errorEvent } from "../../protocol/error.ts";
import {
  bytesPerReceipt,
  mediaPath,
  mediaSubprotocol,
  readReceipt,
  relayEnding,
  textMessage,
  writeReceipt,
  type TextMessage,
} from "../../protocol/media-connection.ts";
import { makeRelayClock } from "./relay-clock.ts";
import { endedByRelay, type Wire } from "./wire.ts";

const connectLimitMs = 10_000;

/** The connection of pictures: `/stream` on a WebSocket of its own, where each binary message is a media packet. */
export interface MediaWire extends Wire {
  /** False, and dropped, while there is no connection. */
  sendPacket(packet: Uint8Array<ArrayBuffer>): boolean;
  /** How much of what was sent the relay has not told us it has, bytes. */
  unreceivedBytes(): number;
  /** Hears each packet, which is the listener's own. */
  onPacket(listener: (packet: Uint8Array<ArrayBuffer>) => void): void;
  /** The relay has received some more. */
  onReceipt(listener: () => void): void;
  /** The relay's clock, Unix milliseconds with a fraction; this machine's own until it was asked. */
  relayNowMs(): number;
}

export interface MediaWireNeeds {
  /** The relay's origin. */
  url: string;
  /** Asked at every connecting: it may change. */
  auth(): Handshake;
  WebSocket?: typeof WebSocket;
}

/** Opens nothing until `connect`. */
export function makeMediaWire(needs: MediaWireNeeds): MediaWire {
  const { WebSocket: MakeSocket = WebSocket } = needs;
  const listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  const answers = new Map<number, (answer: unknown) => void>();
  let packetListener: ((packet: Uint8Array<ArrayBuffer>) => void) | undefined;
  let receiptListener: (() => void) | undefined;
  let socket: WebSocket | undefined;
  let isWelcome = false;
  let requests = 0;
  /** Counts of packet bytes on this connection, modulo 2^32 as receipts are. */
  let sentBytes = 0;
  let receivedByRelay = 0;
  let receivedBytes = 0;
  let toldBytes = 0;
  const clock = makeRelayClock({
    ask: (onAnswer) => wire.emit("clock", {}, onAnswer),
    // A page that slept finds its connection dead, and nothing else would say so.
    onSilence: () => fail(socket, "ping timeout"),
  });

  function fire(event: string, ...args: unknown[]): void {
    for (const listener of listeners.get(event) ?? []) listener(...args);
  }

  function reset(): void {
    isWelcome = false;
    answers.clear();
    sentBytes = 0;
    receivedByRelay = 0;
    receivedBytes = 0;
    toldBytes = 0;
    clock.stop();
  }

  /** Ends an attempt or a connection, whichever it is, once. */
  function fail(which: WebSocket | undefined, reason: string, refusal?: unknown): void {
    if (which === undefined || which !== socket) return;
    const wasWelcome = isWelcome;
    socket = undefined;
    reset();
    which.close();
    if (wasWelcome) fire("disconnect", reason);
    else
      fire("connect_error", Object.assign(new Error(reason), refusal === undefined ? {} : { data: refusal }));
  }

  function send(message: TextMessage): void {
    socket?.send(JSON.stringify(message));
  }

  function hear(which: WebSocket, text: string): void {
    const parsed = v.safeParse(textMessage, parseJson(text));
    if (!parsed.success) return;
    const message = parsed.output;
    if ("answer" in message) {
      answers.get(message.answer)?.(message.result);
      answers.delete(message.answer);
      return;
    }
    const { event, payload } = message;
    if (isWelcome) fire(event, payload);
    else if (event === "welcome") {
      isWelcome = true;
      clock.start();
      fire("connect");
    } else if (event === "error") {
      const fault = v.safeParse(errorEvent, payload);
      fail(which, fault.success ? fault.output.message : "refused", payload);
    }
  }

  function take(data: ArrayBuffer): void {
    const bytes = new Uint8Array(data);
    const receipt = readReceipt(bytes);
    if (receipt !== undefined) {
      receivedByRelay = receipt;
      receiptListener?.();
      return;
    }
    receivedBytes += bytes.byteLength;
    packetListener?.(bytes);
    if (receivedBytes - toldBytes < bytesPerReceipt.toRelay) return;
    // After the listener: who cannot keep up has not received it.
    toldBytes = receivedBytes;
    socket?.send(writeReceipt(receivedBytes));
  }

  const wire: MediaWire = {
    get connected() {
      return isWelcome;
    },
    connect() {
      if (socket !== undefined) return;
      const address = new URL(mediaPath, needs.url);
      address.protocol = address.protocol.replace("http", "ws");
      const opening = new MakeSocket(address.href, mediaSubprotocol);
      opening.binaryType = "arraybuffer";
      socket = opening;
      const overdue = setTimeout(() => {
        if (!isWelcome) fail(opening, "timeout");
      }, connectLimitMs);
      opening.addEventListener("open", () => {
        if (opening === socket) send({ event: "auth", payload: needs.auth() });
      });
      opening.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (opening !== socket) return;
        if (typeof data === "string") hear(opening, data);
        else if (isWelcome) take(data);
      });
      opening.addEventListener("close", ({ code }) => {
        clearTimeout(overdue);
        fail(opening, code === relayEnding ? endedByRelay : "transport close");
      });
    },
    disconnect() {
      fail(socket, "io client disconnect");
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    emit(event, payload, answer) {
      if (!isWelcome) return;
      if (typeof answer !== "function") return send({ event, payload });
      requests += 1;
      answers.set(requests, (result) => void answer(result));
      send({ event, payload, id: requests });
    },
    sendPacket(packet) {
      if (!isWelcome || socket === undefined) return false;
      sentBytes += packet.byteLength;
      socket.send(packet);
      return true;
    },
    unreceivedBytes: () => (sentBytes - receivedByRelay) >>> 0,
    onPacket(listener) {
      packetListener = listener;
    },
    onReceipt(listener) {
      receiptListener = listener;
    },
    relayNowMs: () => clock.nowMs(),
  };
  return wire;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
