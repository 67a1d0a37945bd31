/**
 * The packets of an imported device, 48 bytes each and big endian (Linux `Documentation/usb/usbip_protocol.rst`):
 *
 *                          USBIP_CMD_SUBMIT 1     USBIP_CMD_UNLINK 2       USBIP_RET_SUBMIT 3     USBIP_RET_UNLINK 4
 *      0  u32              command                command                  command                command
 *      4  u32              sequence number        sequence number          of the submit          of the unlink
 *      8  u32              device id              device id                0                      0
 *     12  u32              0 OUT, 1 IN            0                        0                      0
 *     16  u32              endpoint               0                        0                      0
 *     20  u32 / i32        transfer flags         number to take back      status, 0 or -errno    status
 *     24  u32              buffer length          0                        actual length          0
 *     28  u32              start frame            0                        start frame            0
 *     32  u32              number of packets      0                        number of packets      0
 *     36  u32              interval               0                        error count            0
 *     40  u8[8]            setup, of endpoint 0   0                        0                      0
 *
 * The bytes of an OUT transfer follow its submit, those of an IN transfer its return.
 */
export const headerLength = 48;

export const command = { submit: 1, unlink: 2, returnSubmit: 3, returnUnlink: 4 } as const;

/** Linux's errno, as a URB's status has them. */
export const errno = {
  /** ECONNRESET: taken back before it ended. */
  takenBack: 104,
  /** EPIPE: the endpoint stalled, i.e. the device does not know such a request. */
  stall: 32,
  /** EOVERFLOW: the device sent more than was asked for. */
  overflow: 75,
  /** ESHUTDOWN: the device is gone. */
  gone: 108,
} as const;

export interface Submit {
  kind: "submit";
  sequence: number;
  isIn: boolean;
  endpoint: number;
  length: number;
  setup: Uint8Array;
}
export interface Unlink {
  kind: "unlink";
  sequence: number;
  /** The submit to take back. */
  target: number;
}

/** Undefined: no packet that a client may send. */
export function decodeTransfer(bytes: Uint8Array): Submit | Unlink | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const sequence = view.getUint32(4);
  if (view.getUint32(0) === command.unlink) return { kind: "unlink", sequence, target: view.getUint32(20) };
  const direction = view.getUint32(12);
  if (view.getUint32(0) !== command.submit || direction > 1) return undefined;
  return {
    kind: "submit",
    sequence,
    isIn: direction === 1,
    endpoint: view.getUint32(16),
    length: view.getUint32(24),
    setup: bytes.subarray(40, headerLength),
  };
}

/** `status` is 0 or -errno, `actual` the bytes that moved; of an IN transfer they follow. */
export function encodeReturnSubmit(sequence: number, status: number, actual: number): Uint8Array {
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, command.returnSubmit);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  view.setUint32(24, actual);
  // "0xffffffff if non-ISO transfer"
  view.setUint32(32, 0xffffffff);
  return bytes;
}

/** `status` is -ECONNRESET when the submit was taken back, 0 when its return had been sent before. */
export function encodeReturnUnlink(sequence: number, status: number): Uint8Array {
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, command.returnUnlink);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  return bytes;
}
