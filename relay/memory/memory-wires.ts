import { randomUUID } from "node:crypto";
import type { Namespace } from "../../protocol/auth.ts";
import { namespaces } from "../../protocol/auth.ts";
import type { Answer } from "../../protocol/contract.ts";
import { fail, type Result } from "../../protocol/fault.ts";
import { bytesPerReceipt } from "../../protocol/media-connection.ts";
import type { EventHandler, Gate, PacketWay, Wire, Wires } from "../wire.ts";

/** The far end of an in-memory wire. */
export interface MemoryPeer {
  send(event: string, payload: unknown, answer?: (answer: Answer) => void): void;
  onEvent(handler: (event: string, payload: unknown) => void): void;
  onClose(handler: () => void): void;
  /** Of a wire that carries packets. */
  sendPacket(packet: Uint8Array): void;
  onPacket(handler: (packet: Uint8Array) => void): void;
  /** Stops and starts taking in what is sent, like a page that hangs. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface MemoryWires extends Wires {
  connect(
    namespace: string,
    auth: unknown,
    options?: Partial<Pick<Wire, "address" | "isScript">> & { carriesPackets?: boolean },
  ): Promise<Result<MemoryPeer>>;
  /** Ids in a room. */
  membersOf(namespace: Namespace, room: string): string[];
}

export interface MemoryWiresOptions {
  newId?: () => string;
  /** Between the ends; a peer that changes nothing it is given needs none, and a farm's picture is large. */
  copy?: <T>(value: T) => T;
}

/** Wires without a network: what is sent has arrived when the call returns, unless the peer is paused. */
export function makeMemoryWires({
  newId = randomUUID,
  copy = structuredClone,
}: MemoryWiresOptions = {}): MemoryWires {
  const ends = new Map<string, End>();
  let gate: Gate | undefined;

  function membersOf(namespace: Namespace, rooms: string[]): End[] {
    return [...ends.values()].filter(
      (end) => end.wire.namespace === namespace && rooms.some((room) => end.rooms.has(room)),
    );
  }

  return {
    open(opened) {
      gate = opened;
    },
    emit(namespace, rooms, event, payload) {
      if (ends.size === 0) return;
      for (const { wire } of membersOf(namespace, [rooms].flat())) wire.emit(event, payload);
    },
    async close() {
      for (const { wire } of ends.values()) wire.close();
    },
    membersOf: (namespace, room) => membersOf(namespace, [room]).map(({ wire }) => wire.id),
    async connect(namespace, auth, { address = "192.0.2.1", isScript = false, carriesPackets = false } = {}) {
      const admitted = await gate?.admit({ namespace, auth, address });
      if (admitted === undefined) return fail("INTERNAL", "the wires are not open yet");
      if (!admitted.ok) return admitted;
      const known = namespaces.find((name) => name === namespace) ?? "/worker";
      const facts = { namespace: known, identity: admitted.value, address, isScript };
      const end = makeEnd(newId(), copy, facts, carriesPackets);
      ends.set(end.wire.id, end);
      end.wire.onClose(() => ends.delete(end.wire.id));
      gate?.connect(end.wire);
      return { ok: true, value: end.peer };
    },
  };
}

interface End {
  wire: Wire;
  peer: MemoryPeer;
  rooms: Set<string>;
}

function makeEnd(
  id: string,
  copy: <T>(value: T) => T,
  facts: Pick<Wire, "namespace" | "identity" | "address" | "isScript">,
  carriesPackets: boolean,
): End {
  const rooms = new Set([id]);
  const closeHandlers: (() => void)[] = [];
  let relayHandler: EventHandler | undefined;
  let peerHandler: ((event: string, payload: unknown) => void) | undefined;
  const way = makePacketWay(post);
  let isOpen = true;
  /** Until somebody listens nothing is taken in. */
  let isPaused = true;
  /** What the peer has not taken in yet: events, and between them the receipts asked for. */
  const inbox: (() => void)[] = [];

  function post(deliver: () => void): void {
    inbox.push(deliver);
    drain();
  }
  function takeNext(): (() => void) | undefined {
    return isPaused ? undefined : inbox.shift();
  }
  function drain(): void {
    for (let deliver = takeNext(); deliver !== undefined; deliver = takeNext()) deliver();
  }
  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    isPaused = false;
    // What was under way is lost, but nobody waits for ever for its receipt.
    drain();
    for (const handler of closeHandlers) handler();
  }

  const wire: Wire = {
    id,
    ...facts,
    ...(carriesPackets ? { packets: way.packets } : {}),
    emit(event, payload) {
      if (!isOpen) return;
      const sent = copy(payload);
      post(() => {
        if (isOpen) peerHandler?.(event, sent);
      });
    },
    join: (room) => void rooms.add(room),
    leave: (room) => void rooms.delete(room),
    onEvent(handler) {
      relayHandler = handler;
    },
    onClose(handler) {
      if (isOpen) closeHandlers.push(handler);
      else handler();
    },
    close,
    caughtUp: () => new Promise((resolve) => (isOpen ? post(resolve) : resolve())),
  };
  const peer: MemoryPeer = {
    send(event, payload, answer) {
      if (!isOpen) return;
      const reply = answer && ((given: Answer) => post(() => answer(copy(given))));
      relayHandler?.(event, copy(payload), reply);
    },
    onEvent(handler) {
      peerHandler = handler;
      isPaused = false;
      drain();
    },
    onClose(handler) {
      if (isOpen) closeHandlers.push(handler);
      else handler();
    },
    sendPacket(packet) {
      if (isOpen) way.take(packet);
    },
    onPacket: (handler) => way.onArrival(handler),
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      drain();
    },
    close,
  };
  return { wire, peer, rooms };
}

/** `post` delivers in order with the events. */
function makePacketWay(post: (deliver: () => void) => void) {
  let unreceivedBytes = 0;
  let untoldBytes = 0;
  let onReceipt: (() => void) | undefined;
  let onPacket: ((packet: Uint8Array) => void) | undefined;
  let arrived: ((packet: Uint8Array) => void) | undefined;

  const packets: PacketWay = {
    send({ bytes }) {
      unreceivedBytes += bytes.byteLength;
      const sent = Uint8Array.from(bytes);
      post(() => {
        arrived?.(sent);
        untoldBytes += sent.byteLength;
        if (untoldBytes < bytesPerReceipt.toRelay) return;
        unreceivedBytes -= untoldBytes;
        untoldBytes = 0;
        onReceipt?.();
      });
    },
    unreceivedBytes: () => unreceivedBytes,
    onReceipt(handler) {
      onReceipt = handler;
    },
    onPacket(handler) {
      onPacket = handler;
    },
  };
  return {
    packets,
    take: (packet: Uint8Array) => onPacket?.(Uint8Array.from(packet)),
    onArrival(handler: (packet: Uint8Array) => void) {
      arrived = handler;
    },
  };
}
