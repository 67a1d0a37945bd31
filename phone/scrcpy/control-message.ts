/**
 * What a scrcpy 3.3.3 client tells its phone, as laid out in scrcpy's `doc/develop.md` and `ControlMessageReader`.
 * All numbers are big endian; the first byte is the type.
 */
export type ControlMessage =
  | { type: "key"; action: number; keyCode: number; repeat: number; metaState: number }
  | { type: "text"; text: string }
  | {
      type: "touch";
      /** Android `MotionEvent.ACTION_*`. */
      action: number;
      /** -1 mouse, -2 generic finger, -3 virtual finger, else the client's own. */
      pointerId: bigint;
      position: Position;
      /** 0 to 1. */
      pressure: number;
      actionButton: number;
      buttons: number;
    }
  | { type: "scroll"; position: Position; horizontal: number; vertical: number; buttons: number }
  | { type: "back-or-screen-on"; action: number }
  | { type: "expand-notification-panel" }
  | { type: "expand-settings-panel" }
  | { type: "collapse-panels" }
  | { type: "get-clipboard"; copyKey: "none" | "copy" | "cut" }
  | { type: "set-clipboard"; sequence: bigint; isPasted: boolean; text: string }
  | { type: "set-display-power"; isOn: boolean }
  | { type: "rotate-device" }
  | {
      type: "uhid-create";
      id: number;
      vendorId: number;
      productId: number;
      name: string;
      reportDescriptor: Uint8Array;
    }
  | { type: "uhid-input"; id: number; data: Uint8Array }
  | { type: "uhid-destroy"; id: number }
  | { type: "open-hard-keyboard-settings" }
  | { type: "start-app"; name: string }
  | { type: "reset-video" };

/** A place in the picture, with the size of the picture that the client was looking at. */
export interface Position {
  x: number;
  y: number;
  screenWidth: number;
  screenHeight: number;
}

export interface MalformedControlMessage {
  type: "malformed";
  message: string;
}

/** The longest message a client of 3.3.3 sends. */
const messageMaxBytes = 1 << 18;

const bareMessages = new Map<number, ControlMessage>([
  [5, { type: "expand-notification-panel" }],
  [6, { type: "expand-settings-panel" }],
  [7, { type: "collapse-panels" }],
  [11, { type: "rotate-device" }],
  [15, { type: "open-hard-keyboard-settings" }],
  [17, { type: "reset-video" }],
]);

/** Bytes before the variable part, and where its length stands. */
const layouts = new Map<number, { bytes: number; length?: { at: number; bytes: 1 | 2 | 4 } }>([
  [0, { bytes: 14 }],
  [1, { bytes: 5, length: { at: 1, bytes: 4 } }],
  [2, { bytes: 32 }],
  [3, { bytes: 21 }],
  [4, { bytes: 2 }],
  [8, { bytes: 2 }],
  [9, { bytes: 14, length: { at: 10, bytes: 4 } }],
  [10, { bytes: 2 }],
  [13, { bytes: 5, length: { at: 3, bytes: 2 } }],
  [14, { bytes: 3 }],
  [16, { bytes: 2, length: { at: 1, bytes: 1 } }],
]);

/** Cuts a byte stream into messages, wherever the chunks of the stream end. */
export interface ControlMessageReader {
  /** Messages completed by this chunk. After a malformed one the stream is lost and nothing more comes. */
  push(chunk: Uint8Array): (ControlMessage | MalformedControlMessage)[];
}

export function makeControlMessageReader(): ControlMessageReader {
  let rest: Uint8Array = new Uint8Array(0);
  let isLost = false;
  return {
    push(chunk) {
      if (isLost) return [];
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const messages: (ControlMessage | MalformedControlMessage)[] = [];
      let start = 0;
      while (start < bytes.length) {
        const tail = bytes.subarray(start);
        const size = measure(tail);
        if (size === "incomplete" || (typeof size === "number" && size > tail.length)) break;
        if (typeof size !== "number") {
          isLost = true;
          messages.push(size);
          break;
        }
        messages.push(decode(tail.subarray(0, size)));
        start += size;
      }
      rest = isLost ? new Uint8Array(0) : bytes.slice(start);
      return messages;
    },
  };
}

/** Whole size of the message that begins here. */
function measure(bytes: Uint8Array): number | "incomplete" | MalformedControlMessage {
  const type = bytes[0] ?? 0;
  if (bareMessages.has(type)) return 1;
  if (type === 12) return measureUhidCreate(bytes);
  const layout = layouts.get(type);
  if (layout === undefined) return { type: "malformed", message: `Unknown event type: ${type}` };
  if (layout.length === undefined) return layout.bytes;
  if (bytes.length < layout.bytes) return "incomplete";
  const size = layout.bytes + readUnsigned(viewOf(bytes), layout.length.at, layout.length.bytes);
  if (size > messageMaxBytes) return { type: "malformed", message: `Message too long: ${size} bytes` };
  return size;
}

/** type, id u16, vendor u16, product u16, name (u8 length), report descriptor (u16 length) */
function measureUhidCreate(bytes: Uint8Array): number | "incomplete" {
  const nameLength = bytes[7];
  if (nameLength === undefined || bytes.length < 10 + nameLength) return "incomplete";
  return 10 + nameLength + viewOf(bytes).getUint16(8 + nameLength);
}

function decode(bytes: Uint8Array): ControlMessage {
  const view = viewOf(bytes);
  const type = view.getUint8(0);
  switch (type) {
    case 0:
      return {
        type: "key",
        action: view.getUint8(1),
        keyCode: view.getInt32(2),
        repeat: view.getInt32(6),
        metaState: view.getInt32(10),
      };
    case 1:
      return { type: "text", text: decodeText(bytes.subarray(5)) };
    case 2:
      return {
        type: "touch",
        action: view.getUint8(1),
        pointerId: view.getBigInt64(2),
        position: readPosition(view, 10),
        pressure: fromUnsignedFixedPoint(view.getUint16(22)),
        actionButton: view.getInt32(24),
        buttons: view.getInt32(28),
      };
    case 3:
      return {
        type: "scroll",
        position: readPosition(view, 1),
        // Since 3.2 the range on the wire is -16 to 16 notches.
        horizontal: fromSignedFixedPoint(view.getInt16(13)) * 16,
        vertical: fromSignedFixedPoint(view.getInt16(15)) * 16,
        buttons: view.getInt32(17),
      };
    case 4:
      return { type: "back-or-screen-on", action: view.getUint8(1) };
    case 8:
      // As the server does: everything that is neither "none" nor "copy" is "cut".
      return { type: "get-clipboard", copyKey: (["none", "copy"] as const)[view.getUint8(1)] ?? "cut" };
    case 9:
      return {
        type: "set-clipboard",
        sequence: view.getBigUint64(1),
        isPasted: view.getUint8(9) !== 0,
        text: decodeText(bytes.subarray(14)),
      };
    case 10:
      return { type: "set-display-power", isOn: view.getUint8(1) !== 0 };
    case 12: {
      const nameEnd = 8 + view.getUint8(7);
      return {
        type: "uhid-create",
        id: view.getUint16(1),
        vendorId: view.getUint16(3),
        productId: view.getUint16(5),
        name: decodeText(bytes.subarray(8, nameEnd)),
        reportDescriptor: bytes.slice(nameEnd + 2),
      };
    }
    case 13:
      return { type: "uhid-input", id: view.getUint16(1), data: bytes.slice(5) };
    case 14:
      return { type: "uhid-destroy", id: view.getUint16(1) };
    case 16:
      return { type: "start-app", name: decodeText(bytes.subarray(2)) };
    default: {
      const bare = bareMessages.get(type);
      if (bare === undefined) throw new Error(`measured a message of type ${type} that is not decoded`);
      return bare;
    }
  }
}

function readPosition(view: DataView, at: number): Position {
  return {
    x: view.getInt32(at),
    y: view.getInt32(at + 4),
    screenWidth: view.getUint16(at + 8),
    screenHeight: view.getUint16(at + 10),
  };
}

function readUnsigned(view: DataView, at: number, bytes: 1 | 2 | 4): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}

function fromUnsignedFixedPoint(value: number): number {
  return value === 0xffff ? 1 : value / 0x10000;
}

function fromSignedFixedPoint(value: number): number {
  return value === 0x7fff ? 1 : value / 0x8000;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
