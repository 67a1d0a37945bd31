import type { Phone } from "../phone.ts";
import { type Gadget, makeGadget } from "./gadget.ts";

/** Where cables end at the computers' side: the in-page bus or a USB/IP server. A gadget leaves when it is unplugged. */
export interface UsbBus {
  /** `isHeld`: another program of the computer has the interface and keeps it. */
  plug(gadget: Gadget, isHeld?: () => boolean): void;
}

/** Puts a phone's cable into the bus. */
export function plugPhone(bus: UsbBus, phone: Phone): Gadget {
  const { model, faults } = phone;
  const gadget = makeGadget(
    {
      vendorId: model.usb.vendorId,
      productId: model.usb.productId,
      serialNumber: faults.find("duplicate-serial")?.serial ?? model.serial,
      productName: model.model,
      manufacturerName: model.manufacturer,
    },
    (wire) => void phone.connect(wire),
    faults,
  );
  bus.plug(gadget, () => faults.find("held") !== undefined);
  return gadget;
}
