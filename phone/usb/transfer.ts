/** How a bulk transfer ended. Errors have the names of WebUSB's `DOMException`s. */
export type TransferEnd =
  /** `bytes` of an IN transfer; they may be a view of what the phone wrote, so whoever passes them on copies them. */
  | { ok: true; status: "ok" | "babble"; bytes?: Uint8Array }
  | { ok: false; name: "NetworkError" | "AbortError" | "NotFoundError"; message: string };

/** A transfer under way. */
export interface Transfer {
  done: Promise<TransferEnd>;
  /** Takes it off the endpoint unless it has ended: `done` is then `cancelled`. */
  cancel(): void;
}

export const gone: TransferEnd = {
  ok: false,
  name: "NotFoundError",
  message: "The device was disconnected.",
};
export const cancelled: TransferEnd = {
  ok: false,
  name: "AbortError",
  message: "The transfer was cancelled.",
};

/** A transfer that ended before it began. */
export function endedTransfer(end: TransferEnd): Transfer {
  return { done: Promise.resolve(end), cancel: () => undefined };
}
