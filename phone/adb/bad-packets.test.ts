import { afterEach, beforeEach, describe } from "vitest";
import { makeDuplexPair } from "../duplex-pair.ts";
import { type Line, streamLine } from "../testing/bad-packets/computer.ts";
import { testBadPackets } from "../testing/bad-packets/contract.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { plugPhone } from "../usb/usb-bus.ts";
import { makeStreamWire } from "./stream-wire.ts";

let rig: Rig;
beforeEach(() => {
  rig = makeRig();
  // Nobody stands at the phone, as nobody does at the real adbd that this table was compared with.
  rig.display.answer = undefined;
});
// Fails when an error in the phone was hidden by an answer that was right.
afterEach(() => rig.close());

describe("over a stream of bytes, as a real adbd over TCP", () => {
  testBadPackets(async () => {
    const [near, far] = makeDuplexPair();
    void rig.phone.connect(makeStreamWire(far));
    return streamLine(near);
  });
});

describe("over USB, where a transfer is a unit", () => {
  testBadPackets(
    async () => usbLine(rig),
    ({ outcome, outcomeOnUsb }) => outcomeOnUsb ?? outcome,
  );
});

/** A cable between the phone and a computer that says one transfer after the other. */
function usbLine({ phone }: Rig): Line {
  const gadget = plugPhone({ plug: () => undefined }, phone);
  return {
    send: (bytes) => void gadget.transferOut(bytes),
    async readExactly(length) {
      const end = await gadget.transferIn(length).done;
      return end.ok ? end.bytes : undefined;
    },
    hangUp: () => gadget.unplug(),
  };
}
