import type { Wire } from "../adb/wire.ts";
import { type Faults, makeFaults } from "../faults.ts";
import type { UsbDescriptor } from "./adb-function.ts";
import { makeBadCable } from "./bad-cable.ts";
import { makeInEndpoint } from "./in-endpoint.ts";
import { makeOutEndpoint } from "./out-endpoint.ts";
import { makeSpoil } from "./spoiled-packet.ts";
import { cancelled, endedTransfer, gone, type Transfer } from "./transfer.ts";
import { makeUsbWire } from "./usb-wire.ts";

/**
 * The device side of one cable, as long as it is in. It knows of computers only what a real one does: transfers and
 * resets. That a program claims the interface or lets go of it never reaches a phone, so what an earlier program left
 * unread is read by the next one.
 */
export interface Gadget {
  readonly descriptor: UsbDescriptor;
  /** The next `length` bytes of the phone, or fewer and a packet that is not full. */
  transferIn(length: number): Transfer;
  /** One transfer to the phone; ends when the phone took it. */
  transferOut(bytes: Uint8Array): Transfer;
  /** A reset of the port, or a configuration set anew: what ran over the function ends, and it starts again. */
  restart(): void;
  /** Pulls the cable. Idempotent; transfers end with `gone`. */
  unplug(): void;
  /** Aborted when the cable was pulled. */
  readonly unplugged: AbortSignal;
}

/** `serve` gets a wire now and after each restart, as adbd opens its endpoints anew. */
export function makeGadget(
  descriptor: UsbDescriptor,
  serve: (wire: Wire) => void,
  faults: Faults = makeFaults(),
): Gadget {
  const inEndpoint = makeInEndpoint();
  const outEndpoint = makeOutEndpoint();
  const cable = new AbortController();
  const carry = makeBadCable(faults, unplug);
  const spoil = makeSpoil(faults);
  let wire: Wire | undefined;

  function endWire(end: typeof gone): void {
    const ended = wire;
    wire = undefined;
    ended?.close();
    inEndpoint.clear(end);
    outEndpoint.clear(end);
  }

  function start(): void {
    const started = makeUsbWire({
      in: inEndpoint,
      out: outEndpoint,
      spoil,
      // A wire that ended by itself, because of nonsense from the computer, is followed by a fresh one.
      onClose: () => wire === started && restart(),
    });
    wire = started;
    serve(started);
  }

  function restart(): void {
    if (cable.signal.aborted) return;
    endWire(cancelled);
    start();
  }

  /** An adbd that hangs keeps its endpoints and asks nothing of them any more. */
  function hangOrGoOn(): void {
    const isHung = faults.find("zombie") !== undefined;
    inEndpoint.hold(isHung);
    outEndpoint.hold(isHung);
  }

  function unplug(): void {
    if (cable.signal.aborted) return;
    cable.abort();
    stopWatching();
    endWire(gone);
  }

  const stopWatching = faults.onChange(hangOrGoOn);
  hangOrGoOn();
  start();
  return {
    descriptor,
    transferIn: (length) => (cable.signal.aborted ? endedTransfer(gone) : carry(inEndpoint.read(length))),
    transferOut: (bytes) =>
      cable.signal.aborted ? endedTransfer(gone) : carry(outEndpoint.write(bytes), bytes.byteLength),
    restart() {
      faults.heal("reset");
      restart();
    },
    unplug,
    unplugged: cable.signal,
  };
}
