import type { PointerChange, Rotation, Size } from "./display.ts";
import type { Fault, FaultName } from "./fault.ts";
import type { PhoneModel } from "./model.ts";
import type { RecordedTouch } from "./touch-record.ts";

/** What the thread of the virtual phones is told by whoever owns the desk they lie on. */
export type PhoneThreadRequest =
  /** First message: switches the phones on and plugs them into the computer at the port's other end (`makeUsb`). */
  | { type: "start"; models: readonly PhoneModel[]; usb: MessagePort }
  | { type: "plug"; serial: string }
  | { type: "unplug"; serial: string }
  /** Turns the phone on its side, or back up. */
  | { type: "turn"; serial: string }
  /** From now on the phone's own screen is drawn live on this canvas. */
  | { type: "show"; serial: string; canvas: OffscreenCanvas }
  /** A tap on "Allow", for who cannot aim at it. */
  | { type: "allow"; serial: string }
  /** Something goes wrong with it, from now on. */
  | { type: "break"; serial: string; fault: Fault }
  /** It is well again. */
  | { type: "mend"; serial: string }
  /** A finger on the phone's own screen. */
  | { type: "touch"; serial: string; pointer: PointerChange };

/** Every phone, sent on each change. */
export interface PhoneThreadReport {
  type: "phones";
  phones: DeskPhoneState[];
}

export interface DeskPhoneState {
  serial: string;
  model: string;
  naturalSize: Size;
  rotation: Rotation;
  isPlugged: boolean;
  /** "Allow USB debugging?" is on its screen. */
  isAsking: boolean;
  /** What its glass felt lately. */
  touches: RecordedTouch[];
  /** What is wrong with it. */
  faults: FaultName[];
}
