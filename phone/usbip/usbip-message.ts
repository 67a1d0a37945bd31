/**
 * USB/IP's packets, big endian (Linux `Documentation/usb/usbip_protocol.rst`). A client first asks for the list of
 * devices or to import one; an imported device's connection then carries transfers until either side hangs up.
 *
 *     request of the list, and head of an import's
 *      0  u16 version        0x0111
 *      2  u16 code           OP_REQ_DEVLIST 0x8005, OP_REQ_IMPORT 0x8003
 *      4  u32 status         0
 *      8  char[32] busid     of an import only, ends with zeros
 *
 *     reply
 *      0  u16 version
 *      2  u16 code           OP_REP_DEVLIST 0x0005, OP_REP_IMPORT 0x0003
 *      4  u32 status         0, or 1: there is no such device to be had
 *      8  u32 device count   of the list only
 *      then the device, or for the list each device with its interfaces
 *
 *     device
 *      0  char[256] path
 *    256  char[32] busid
 *    288  u32 busnum
 *    292  u32 devnum
 *    296  u32 speed          3: high
 *    300  u16 vendor id
 *    302  u16 product id
 *    304  u16 bcdDevice
 *    306  u8 class, u8 subclass, u8 protocol
 *    309  u8 present configuration value
 *    310  u8 count of configurations
 *    311  u8 count of interfaces
 *     interface
 *    312  u8 class, u8 subclass, u8 protocol, u8 padding
 */
export const version = 0x0111;
export const code = {
  requestList: 0x8005,
  replyList: 0x0005,
  requestImport: 0x8003,
  replyImport: 0x0003,
} as const;

export const requestLength = 8;
export const busIdLength = 32;

const highSpeed = 3;
const deviceLength = 312;
const pathLength = 256;

/** What the list tells of a device. */
export interface ExportedDevice {
  busId: string;
  busNumber: number;
  deviceNumber: number;
  vendorId: number;
  productId: number;
  /** bcdDevice */
  release: number;
  interfaceClass: number;
  interfaceSubclass: number;
  interfaceProtocol: number;
}

/** Reads the first 8 bytes of a request; undefined when they are none. */
export function decodeRequest(bytes: Uint8Array): "list" | "import" | undefined {
  const view = viewOf(bytes);
  if (view.getUint16(0) !== version) return undefined;
  if (view.getUint16(2) === code.requestList) return "list";
  return view.getUint16(2) === code.requestImport ? "import" : undefined;
}

export function decodeBusId(bytes: Uint8Array): string {
  const [busId = ""] = new TextDecoder().decode(bytes).split("\0");
  return busId;
}

export function encodeList(devices: readonly ExportedDevice[]): Uint8Array {
  const withInterface = deviceLength + 4;
  const bytes = new Uint8Array(12 + devices.length * withInterface);
  writeReplyHead(bytes, code.replyList, 0);
  viewOf(bytes).setUint32(8, devices.length);
  for (const [index, device] of devices.entries()) {
    const at = 12 + index * withInterface;
    writeDevice(bytes.subarray(at), device);
    bytes.set([device.interfaceClass, device.interfaceSubclass, device.interfaceProtocol], at + deviceLength);
  }
  return bytes;
}

/** Undefined: there is no such device, or another client has it. */
export function encodeImportReply(device: ExportedDevice | undefined): Uint8Array {
  const bytes = new Uint8Array(device ? 8 + deviceLength : 8);
  writeReplyHead(bytes, code.replyImport, device ? 0 : 1);
  if (device) writeDevice(bytes.subarray(8), device);
  return bytes;
}

function writeReplyHead(bytes: Uint8Array, replyCode: number, status: number): void {
  const view = viewOf(bytes);
  view.setUint16(0, version);
  view.setUint16(2, replyCode);
  view.setUint32(4, status);
}

function writeDevice(bytes: Uint8Array, device: ExportedDevice): void {
  const encoder = new TextEncoder();
  const view = viewOf(bytes);
  bytes.set(encoder.encode(`/sys/devices/platform/phones/usb1/${device.busId}`));
  bytes.set(encoder.encode(device.busId).subarray(0, busIdLength - 1), pathLength);
  view.setUint32(288, device.busNumber);
  view.setUint32(292, device.deviceNumber);
  view.setUint32(296, highSpeed);
  view.setUint16(300, device.vendorId);
  view.setUint16(302, device.productId);
  view.setUint16(304, device.release);
  // The class is the interface's affair; one configuration, chosen, with one interface.
  bytes.set([0, 0, 0, 1, 1, 1], 306);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
