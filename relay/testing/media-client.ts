import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import type { Answer } from "../../protocol/contract.ts";
import type { Fault, Result } from "../../protocol/fault.ts";
import {
  bytesPerReceipt,
  mediaPath,
  mediaSubprotocol,
  readReceipt,
  writeReceipt,
} from "../../protocol/media-connection.ts";
import { wasCut } from "./socket-io-client.ts";
import { makeInbox, type PacketClient } from "./test-client.ts";

export interface MediaClient extends PacketClient {
  /** What the relay has told us it has received of packets, bytes. */
  receivedByRelay(): number;
  /** Goes without a goodbye. */
  terminate(): void;
}

/**
 * A client of `/media` on a plain WebSocket; a refusal comes back as the fault that the relay said. Packets are kept unless
 * `onPacket` takes them.
 */
export async function connectMedia(
  url: string,
  auth: unknown,
  { onPacket, ...options }: ClientOptions & { onPacket?: (packet: Uint8Array) => void } = {},
): Promise<Result<MediaClient>> {
  const address = url.replace("http", "ws") + mediaPath;
  const socket = new WebSocket(address, mediaSubprotocol, { perMessageDeflate: false, ...options });
  const inbox = makeInbox();
  const packets: Uint8Array[] = [];
  const answers = new Map<number, (answer: Answer<Record<string, unknown>>) => void>();
  let requests = 0;
  let receivedBytes = 0;
  let toldBytes = 0;
  let receivedByRelay = 0;
  let onWelcome: ((result: Result<MediaClient>) => void) | undefined;
  let isWelcome = false;

  function say(message: object): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  function takePacket(packet: Uint8Array): void {
    const receipt = readReceipt(packet);
    if (receipt !== undefined) {
      receivedByRelay = receipt;
      return;
    }
    if (onPacket === undefined) packets.push(packet);
    else onPacket(packet);
    receivedBytes += packet.byteLength;
    if (receivedBytes - toldBytes < bytesPerReceipt.toRelay) return;
    toldBytes = receivedBytes;
    socket.send(writeReceipt(receivedBytes));
  }

  const client: MediaClient = {
    ...inbox,
    packets,
    send: (event, ...payload) => say({ event, payload: payload[0] }),
    sendPacket: (packet) => socket.send(packet),
    receivedByRelay: () => receivedByRelay,
    request: (event, payload) =>
      new Promise((resolve) => {
        requests += 1;
        answers.set(requests, resolve);
        say({ event, payload, id: requests });
      }),
    isClosed: () => socket.readyState === socket.CLOSED,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  };

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) return takePacket(data);
    const message = JSON.parse(data.toString());
    if ("answer" in message) answers.get(message.answer)?.(message.result);
    else if (isWelcome) inbox.received.push(message);
    else if (message.event === "welcome") {
      isWelcome = true;
      onWelcome?.({ ok: true, value: client });
    } else {
      const fault: Fault = message.payload;
      onWelcome?.({ ok: false, fault });
    }
  });
  socket.on("error", () => {});
  socket.once("close", () => onWelcome?.({ ok: false, fault: { code: "INTERNAL", message: wasCut } }));
  const welcome = new Promise<Result<MediaClient>>((resolve) => (onWelcome = resolve));
  void once(socket, "open").then(
    () => say({ event: "auth", payload: auth }),
    () => {},
  );
  return welcome;
}
