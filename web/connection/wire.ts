/** One connection to the relay, as a Socket.IO client's socket is used; tests pass their own. */
export interface Wire {
  readonly connected: boolean;
  connect(): void;
  disconnect(): void;
  /** Besides the relay's events: `connect`, `disconnect` with a reason, `connect_error` with an `Error` whose `data` is the fault. */
  on(event: string, listener: (...args: unknown[]) => void): void;
  /** A function as the last argument is called with the answer. */
  emit(event: string, ...args: unknown[]): void;
}

/** Socket.IO's word, and ours, for a connection that the relay ended on purpose. */
export const endedByRelay = "io server disconnect";
