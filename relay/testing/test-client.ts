import * as v from "valibot";
import type { Answer } from "../../protocol/contract.ts";
import { errorEvent, type ErrorEvent } from "../../protocol/error.ts";

interface Received {
  event: string;
  payload: unknown;
}

/** A client as tests see it, whatever carries it. */
export interface TestClient {
  /** Everything that came, in order. */
  received: Received[];
  /** Payloads of one event, in order. */
  all(event: string): unknown[];
  /** As `all`, each checked against its schema. */
  parsed<S extends v.GenericSchema>(event: string, schema: S): v.InferOutput<S>[];
  last(event: string): unknown;
  errors(): ErrorEvent[];
  /** Forgets what came so far. */
  forget(): void;
  send(event: string, ...payload: unknown[]): void;
  /** Sends and waits for the acknowledgement. */
  request(event: string, payload?: unknown): Promise<Answer<Record<string, unknown>>>;
  isClosed(): boolean;
  /** Stops and starts reading, like a page that hangs. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** One whose binary messages are media packets. */
export interface PacketClient extends TestClient {
  /** Every packet that came, in order. */
  packets: Uint8Array[];
  sendPacket(packet: Uint8Array): void;
}

/** The reading half that every carrier shares. */
export function makeInbox() {
  const received: Received[] = [];
  const all = (event: string) => received.filter((one) => one.event === event).map(({ payload }) => payload);
  return {
    received,
    all,
    parsed: <S extends v.GenericSchema>(event: string, schema: S) =>
      all(event).map((payload) => v.parse(schema, payload)),
    last: (event: string) => all(event).at(-1),
    errors: () => all("error").map((error) => v.parse(errorEvent, error)),
    forget: () => void received.splice(0),
  };
}
