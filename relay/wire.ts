import type * as v from "valibot";
import type { Namespace } from "../protocol/auth.ts";
import type { Answer, contract } from "../protocol/contract.ts";
import type { Result } from "../protocol/fault.ts";
import type { DashboardIdentity, Identity } from "./auth/identity.ts";
import type { SharedPacket } from "./media/shared-packet.ts";

type OutgoingSchemas = (typeof contract)["/worker"]["fromRelay"] &
  (typeof contract)["/dashboard"]["fromRelay"] &
  (typeof contract)["/stream"]["toWorker"] &
  (typeof contract)["/stream"]["toDashboard"];

/** Everything the relay ever sends. No name has two meanings, so one map serves all namespaces. */
export type Outgoing = { [Name in keyof OutgoingSchemas]: v.InferOutput<OutgoingSchemas[Name]> };
export type OutgoingName = keyof Outgoing;

export type EventHandler = (
  event: string,
  payload: unknown,
  answer: ((answer: Answer) => void) | undefined,
) => void;

/** How media packets travel on a wire whose binary messages they are. */
export interface PacketWay {
  send(packet: SharedPacket): void;
  /** What was sent of packets and not acknowledged yet, bytes. */
  unreceivedBytes(): number;
  /** The peer has acknowledged some more. */
  onReceipt(handler: () => void): void;
  /** Hears each packet of the peer, unparsed. Without a handler they are events, `stream:packet`. */
  onPacket(handler: (packet: Uint8Array) => void): void;
}

/** One client's connection to one namespace. It is also alone in a room named like its id. */
export interface Wire {
  readonly id: string;
  readonly namespace: Namespace;
  /** Another one of the same actor when the client renews its token. */
  identity: Identity;
  /** The peer's IP address, for the record. */
  readonly address: string;
  /** It asks over HTTP and goes again: it hears of what it asked, not of the whole farm. */
  readonly isScript: boolean;
  /** Absent where packets can only be events. */
  readonly packets?: PacketWay;
  emit<Name extends OutgoingName>(event: Name, payload: Outgoing[Name]): void;
  join(room: string): void;
  leave(room: string): void;
  /** Hears every event whatever its name, unparsed. */
  onEvent(handler: EventHandler): void;
  /** Called once; at once if the wire is closed already. */
  onClose(handler: () => void): void;
  close(): void;
  /** Resolves when the peer has received everything sent to it so far, or when the wire is closed. */
  caughtUp(): Promise<void>;
}

export interface DashboardWire extends Wire {
  identity: DashboardIdentity;
}

/** Nobody changes sides: renewing a token keeps the kind. */
export function isDashboard(wire: Wire): wire is DashboardWire {
  return wire.identity.kind === "dashboard";
}

/** Who asks to be let in. */
export interface Caller {
  namespace: string;
  /** The handshake's `auth`, unparsed. */
  auth: unknown;
  address: string;
}

export interface Gate {
  /** Says who the caller is, or why it is refused. */
  admit(caller: Caller): Promise<Result<Identity>>;
  /** Takes over a wire before any of its events is read. */
  connect(wire: Wire): void;
}

/** All wires of a relay. */
export interface Wires {
  /** Lets callers in from now on. */
  open(gate: Gate): void;
  /** Sends to everybody in any of `rooms`, each once. */
  emit<Name extends OutgoingName>(
    namespace: Namespace,
    rooms: string | string[],
    event: Name,
    payload: Outgoing[Name],
  ): void;
  close(): Promise<void>;
}
