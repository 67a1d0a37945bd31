import type { UsbDescriptor } from "./adb-function.ts";

/** What the computer's side of the in-page bus (`usb-host.ts`) asks of the phones' side (`usb-hub.ts`). */
export type HostMessage =
  /** First message: the phones answer with an `attached` each and then `ready`. */
  | { type: "hello" }
  /** `plug` names one plugging-in of one phone; the answer is a `reply` with the same `id`. */
  | { type: "request"; id: number; plug: number; request: UsbRequest };

export type UsbRequest =
  | { kind: "claim" }
  | { kind: "release" }
  | { kind: "reset" }
  | { kind: "transfer-in"; length: number }
  | { kind: "transfer-out"; bytes: Uint8Array<ArrayBuffer> };

/** What the phones' side says. */
export type HubMessage =
  | { type: "attached"; plug: number; descriptor: UsbDescriptor }
  | { type: "ready" }
  | { type: "detached"; plug: number }
  | { type: "reply"; id: number; reply: UsbReply };

/** As `TransferEnd`, in bytes that can change threads. */
export type UsbReply =
  | { ok: true; status: "ok" | "babble"; bytes?: Uint8Array<ArrayBuffer> }
  /** `name` is the `DOMException`'s. */
  | { ok: false; name: "NetworkError" | "AbortError" | "NotFoundError"; message: string };
