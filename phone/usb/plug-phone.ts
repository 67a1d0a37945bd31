import type { Phone } from "../phone.ts";
import type { UsbHub } from "./usb-hub.ts";

/** Puts a phone's cable into the bus. */
export function plugPhone(hub: UsbHub, phone: Phone): { unplug(): void } {
  const { model } = phone;
  return hub.plug(
    {
      vendorId: model.usb.vendorId,
      productId: model.usb.productId,
      serialNumber: model.serial,
      productName: model.model,
      manufacturerName: model.manufacturer,
    },
    (wire) => void phone.connect(wire),
  );
}
