import type { Phone } from "../phone.ts";
import { type Gadget, makeGadget } from "./gadget.ts";

/** Where cables end at the computers' side: the in-page bus or a USB/IP server. A gadget leaves when it is unplugged. */
export interface UsbBus {
  plug(gadget: Gadget): void;
}

/** Puts a phone's cable into the bus. */
export function plugPhone(bus: UsbBus, phone: Phone): Gadget {
  const { model } = phone;
  const gadget = makeGadget(
    {
      vendorId: model.usb.vendorId,
      productId: model.usb.productId,
      serialNumber: model.serial,
      productName: model.model,
      manufacturerName: model.manufacturer,
    },
    (wire) => void phone.connect(wire),
  );
  bus.plug(gadget);
  return gadget;
}
