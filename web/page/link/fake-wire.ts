import type { Wire } from "../../connection/wire.ts";

interface Sent {
  name: string;
  payload: unknown;
  answer: ((answer: unknown) => void) | undefined;
}

/** A socket in memory for tests: what was emitted, and levers for what a network and a relay do. */
export interface FakeWire extends Wire {
  sent: Sent[];
  /** How many times somebody asked to connect. */
  attempts: number;
  accept(): void;
  drop(): void;
  refuse(data?: unknown): void;
  /** The relay says why and ends the connection. */
  expel(fault: unknown): void;
  receive(name: string, payload: unknown): void;
  /** Answers the newest request of that name that is still unanswered. */
  answer(name: string, answer: unknown): void;
}

export function makeFakeWire(): FakeWire {
  const listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  const fire = (event: string, ...args: unknown[]): void => {
    for (const listener of listeners.get(event) ?? []) listener(...args);
  };
  let connected = false;
  const wire: FakeWire = {
    sent: [],
    attempts: 0,
    get connected() {
      return connected;
    },
    connect() {
      wire.attempts += 1;
    },
    disconnect() {
      connected = false;
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    emit(name, payload, answer) {
      wire.sent.push({
        name,
        payload,
        answer: typeof answer === "function" ? (value) => void answer(value) : undefined,
      });
    },
    accept() {
      connected = true;
      fire("connect");
    },
    drop() {
      connected = false;
      fire("disconnect", "transport close");
    },
    refuse(data) {
      fire("connect_error", Object.assign(new Error("refused"), data === undefined ? {} : { data }));
    },
    expel(fault) {
      fire("error", fault);
      connected = false;
      fire("disconnect", "io server disconnect");
    },
    receive(name, payload) {
      fire(name, payload);
    },
    answer(name, answer) {
      const asked = wire.sent.findLast((sent) => sent.name === name && sent.answer !== undefined);
      if (asked?.answer === undefined) throw new Error(`nobody waits for an answer to ${name}`);
      const { answer: reply } = asked;
      asked.answer = undefined;
      reply(answer);
    },
  };
  return wire;
}
