import { createStore, reconcile } from "solid-js/store";
import type { PointerChange } from "../../phone/display.ts";
import type { Fault } from "../../phone/fault.ts";
import type { PhoneModel } from "../../phone/model.ts";
import type { DeskPhoneState, PhoneThreadReport, PhoneThreadRequest } from "../../phone/thread-messages.ts";

/** What the desk may do with the virtual phones. `phones` is a Solid store. */
export interface DeskLink {
  phones: DeskPhoneState[];
  setPlugged(serial: string, isPlugged: boolean): void;
  turn(serial: string): void;
  /** Taps "Allow" on a phone that asks. */
  allow(serial: string): void;
  /** Makes something go wrong with the phone. */
  break(serial: string, fault: Fault): void;
  /** Makes it well again. */
  mend(serial: string): void;
  /** Draws the phone's own screen there from now on. */
  show(serial: string, canvas: OffscreenCanvas): void;
  /** A finger on the phone's own screen, in its pixels. */
  touch(serial: string, pointer: PointerChange): void;
}

/** Switches the phones on; `usb` is the computer's end of their cables. */
export function makeDeskLink(thread: Worker, models: readonly PhoneModel[], usb: MessagePort): DeskLink {
  const [state, setState] = createStore<{ phones: DeskPhoneState[] }>({ phones: [] });
  const tell = (request: PhoneThreadRequest, transfer: Transferable[] = []): void =>
    thread.postMessage(request, transfer);

  thread.addEventListener("message", (event: MessageEvent<PhoneThreadReport>) =>
    setState("phones", reconcile(event.data.phones, { key: "serial" })),
  );
  tell({ type: "start", models, usb }, [usb]);
  return {
    get phones() {
      return state.phones;
    },
    setPlugged: (serial, isPlugged) => tell({ type: isPlugged ? "plug" : "unplug", serial }),
    turn: (serial) => tell({ type: "turn", serial }),
    allow: (serial) => tell({ type: "allow", serial }),
    break: (serial, fault) => tell({ type: "break", serial, fault }),
    mend: (serial) => tell({ type: "mend", serial }),
    show: (serial, canvas) => tell({ type: "show", serial, canvas }, [canvas]),
    touch: (serial, pointer) => tell({ type: "touch", serial, pointer }),
  };
}
