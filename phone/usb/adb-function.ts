/** What an Android phone's USB function for ADB looks like to a computer (AOSP `packages/modules/adb/daemon/usb_ffs.cpp`). */

export const configurationValue = 1;
export const configurationName = "adb";
export const interfaceNumber = 0;
export const interfaceName = "ADB Interface";
/** Vendor specific, with ADB's own subclass and protocol. */
export const interfaceClass = 0xff;
export const interfaceSubclass = 0x42;
export const interfaceProtocol = 0x01;
/** Both bulk endpoints, IN and OUT, have this number. */
export const endpointNumber = 1;
/** The largest bulk packet of USB 2 at high speed. A shorter one ends a transfer. */
export const packetSize = 512;

/** What tells one phone from another on the bus. */
export interface UsbDescriptor {
  vendorId: number;
  productId: number;
  serialNumber: string;
  productName: string;
  manufacturerName: string;
}
