import {
  configurationName,
  configurationValue,
  endpointNumber,
  interfaceClass,
  interfaceName,
  interfaceNumber,
  interfaceProtocol,
  interfaceSubclass,
  packetSize,
  type UsbDescriptor,
} from "../usb/adb-function.ts";

/** The device's own release number, 4.4.0 as Android's kernels say. */
export const release = 0x0440;

/** USB 2.0 specification, table 9-5 "Descriptor Types"; BOS is of USB 2.0's LPM erratum. */
const descriptorType = {
  device: 1,
  configuration: 2,
  string: 3,
  interface: 4,
  endpoint: 5,
  qualifier: 6,
  bos: 15,
};
const usbVersion = 0x0210;
const englishUnitedStates = 0x0409;
const controlPacketSize = 64;
/** Numbers of the strings below; 0 is the list of languages. */
const stringIndex = { manufacturer: 1, product: 2, serial: 3, configuration: 4, interface: 5 };

/** What a GET_DESCRIPTOR with this wValue is answered; undefined: the request stalls. */
export function descriptorFor(device: UsbDescriptor, value: number): Uint8Array | undefined {
  const type = value >> 8;
  if (type === descriptorType.device) return deviceDescriptor(device);
  if (type === descriptorType.configuration) return configurationDescriptor;
  if (type === descriptorType.string) return stringDescriptor(device, value & 0xff);
  if (type === descriptorType.qualifier) return qualifierDescriptor;
  return type === descriptorType.bos ? bosDescriptor : undefined;
}

/** USB 2.0 specification, table 9-8. The class is the interface's affair. */
function deviceDescriptor({ vendorId, productId }: UsbDescriptor): Uint8Array {
  // prettier-ignore
  return Uint8Array.of(
    18, descriptorType.device, // bLength, bDescriptorType
    ...u16(usbVersion), // bcdUSB
    0, 0, 0, // bDeviceClass, bDeviceSubClass, bDeviceProtocol
    controlPacketSize, // bMaxPacketSize0
    ...u16(vendorId), ...u16(productId), ...u16(release), // idVendor, idProduct, bcdDevice
    stringIndex.manufacturer, stringIndex.product, stringIndex.serial,
    1, // bNumConfigurations
  );
}

/** Tables 9-10, 9-12 and 9-13: one configuration with ADB's interface and its two bulk endpoints. */
// prettier-ignore
const configurationDescriptor = Uint8Array.of(
  9, descriptorType.configuration, ...u16(32), // bLength, bDescriptorType, wTotalLength
  1, configurationValue, stringIndex.configuration, // bNumInterfaces, bConfigurationValue, iConfiguration
  0x80, 250, // bmAttributes: bus powered; bMaxPower: 500 mA
  9, descriptorType.interface, interfaceNumber, 0, 2, // bLength, bDescriptorType, bInterfaceNumber, bAlternateSetting, bNumEndpoints
  interfaceClass, interfaceSubclass, interfaceProtocol, stringIndex.interface,
  7, descriptorType.endpoint, 0x80 | endpointNumber, 2, ...u16(packetSize), 0, // IN, bulk
  7, descriptorType.endpoint, endpointNumber, 2, ...u16(packetSize), 0, // OUT, bulk
);

/** Table 9-9: at full speed it would be the same device. */
// prettier-ignore
const qualifierDescriptor = Uint8Array.of(
  10, descriptorType.qualifier, ...u16(usbVersion), 0, 0, 0, controlPacketSize, 1, 0,
);

/** USB 3.1 specification, 9.6.2: a device of version 2.1 must have it; ours only says "USB 2.0 extension, no LPM". */
// prettier-ignore
const bosDescriptor = Uint8Array.of(
  5, descriptorType.bos, ...u16(12), 1, // bLength, bDescriptorType, wTotalLength, bNumDeviceCaps
  7, 16, 2, 0, 0, 0, 0, // bLength, DEVICE CAPABILITY, USB 2.0 EXTENSION, bmAttributes
);

/** Tables 9-15 and 9-16. */
function stringDescriptor(device: UsbDescriptor, index: number): Uint8Array | undefined {
  if (index === 0) return Uint8Array.of(4, descriptorType.string, ...u16(englishUnitedStates));
  const text = new Map([
    [stringIndex.manufacturer, device.manufacturerName],
    [stringIndex.product, device.productName],
    [stringIndex.serial, device.serialNumber],
    [stringIndex.configuration, configurationName],
    [stringIndex.interface, interfaceName],
  ]).get(index);
  if (text === undefined) return undefined;
  // The length has one byte: 126 characters at most.
  const units = Array.from({ length: Math.min(text.length, 126) }, (_, at) =>
    u16(text.charCodeAt(at)),
  ).flat();
  return Uint8Array.of(2 + units.length, descriptorType.string, ...units);
}

/** Little endian, as everything of USB itself is. */
function u16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
