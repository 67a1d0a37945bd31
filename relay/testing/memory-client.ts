import type { Answer } from "../../protocol/contract.ts";
import type { MemoryPeer } from "../memory/memory-wires.ts";
import { makeInbox, type PacketClient } from "./test-client.ts";

/** A test client over an in-memory wire: what the relay sent is there when the call that made it send returns. */
export function makeMemoryClient(peer: MemoryPeer): PacketClient {
  const inbox = makeInbox();
  let isClosed = false;
  peer.onEvent((event, payload) => inbox.received.push({ event, payload }));
  const packets: Uint8Array[] = [];
  peer.onPacket((packet) => packets.push(packet));
  peer.onClose(() => {
    isClosed = true;
  });
  return {
    ...inbox,
    packets,
    sendPacket: (packet) => peer.sendPacket(packet),
    send: (event, ...payload) => peer.send(event, payload[0]),
    request: (event, payload) =>
      new Promise((resolve) => {
        peer.send(event, payload, (answer: Answer<Record<string, unknown>>) => resolve(answer));
      }),
    isClosed: () => isClosed,
    pause: () => peer.pause(),
    resume: () => peer.resume(),
    close: () => peer.close(),
  };
}
