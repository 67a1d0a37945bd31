import { concatenate } from "./concatenate.ts";
import type { ControlKind } from "./control-message.ts";

/** Where on a picture, and the size of the picture it is measured in; whole pixels. */
export interface ControlPosition {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Android's `MotionEvent.ACTION_*`, as far as they are injected. */
export const touchActions = { down: 0, up: 1, move: 2, cancel: 3 } as const;
export type TouchAction = keyof typeof touchActions;
const keyActions = { down: 0, up: 1 } as const;
export type KeyAction = keyof typeof keyActions;
const copyKeys = { none: 0, copy: 1, cut: 2 } as const;

/** scrcpy's own pointers: a finger that is no finger's own (a mouse), and the second one of a simulated pinch. */
export const genericFinger = -2n;
export const virtualFinger = -3n;

interface Bare {
  kind: Extract<
    ControlKind,
    | "expand_notification_panel"
    | "expand_settings_panel"
    | "collapse_panels"
    | "rotate_device"
    | "open_hard_keyboard_settings"
    | "reset_video"
  >;
}

/** What a person does, as scrcpy's control messages say it. Those of UHID are not among them: nobody here makes them. */
export type ControlDeed =
  | Bare
  | { kind: "inject_keycode"; action: KeyAction; keyCode: number; repeat?: number; metaState?: number }
  /** ASCII, and whatever else the phone's virtual keyboard has keys for; scrcpy reads 300 bytes at most. */
  | { kind: "inject_text"; text: string }
  | {
      kind: "inject_touch_event";
      action: TouchAction;
      /** 64 bits; negative ones are scrcpy's own. */
      pointerId: bigint;
      position: ControlPosition;
      /** 0 to 1. */
      pressure: number;
      /** Android's `BUTTON_*` bits: the one that changed, and all that are down; 0 for fingers. */
      actionButton?: number;
      buttons?: number;
    }
  /** Notches of a wheel, at most 16 in one message; positive is to the right and up. */
  | { kind: "inject_scroll_event"; position: ControlPosition; horizontal: number; vertical: number }
  | { kind: "back_or_screen_on"; action: KeyAction }
  /** Makes the phone copy or cut first. */
  | { kind: "get_clipboard"; copyKey: keyof typeof copyKeys }
  /** Another `sequence` than 0 asks the phone to acknowledge it. */
  | { kind: "set_clipboard"; sequence?: bigint; isPasted: boolean; text: string }
  | { kind: "set_display_power"; isOn: boolean }
  /** A package, or `?` and the beginning of a name; `+` in front starts it anew. At most 255 bytes. */
  | { kind: "start_app"; name: string };

const bareTypes = {
  expand_notification_panel: 5,
  expand_settings_panel: 6,
  collapse_panels: 7,
  rotate_device: 11,
  open_hard_keyboard_settings: 15,
  reset_video: 17,
} as const;

/** One message of scrcpy 3.3.3, as `sc_control_msg_serialize` of its `app/src/control_msg.c` writes it. */
export function writeControlMessage(deed: ControlDeed): Uint8Array<ArrayBuffer> {
  switch (deed.kind) {
    case "inject_keycode":
      return join(
        u8(0),
        u8(keyActions[deed.action]),
        u32(deed.keyCode),
        u32(deed.repeat ?? 0),
        u32(deed.metaState ?? 0),
      );
    case "inject_text":
      return join(u8(1), withLength(u32, deed.text));
    case "inject_touch_event":
      return join(
        u8(2),
        u8(touchActions[deed.action]),
        u64(deed.pointerId),
        position(deed.position),
        u16(unsignedFixedPoint(deed.pressure)),
        u32(deed.actionButton ?? 0),
        u32(deed.buttons ?? 0),
      );
    case "inject_scroll_event":
      return join(
        u8(3),
        position(deed.position),
        u16(notches(deed.horizontal)),
        u16(notches(deed.vertical)),
        u32(0),
      );
    case "back_or_screen_on":
      return join(u8(4), u8(keyActions[deed.action]));
    case "get_clipboard":
      return join(u8(8), u8(copyKeys[deed.copyKey]));
    case "set_clipboard":
      return join(u8(9), u64(deed.sequence ?? 0n), u8(deed.isPasted ? 1 : 0), withLength(u32, deed.text));
    case "set_display_power":
      return join(u8(10), u8(deed.isOn ? 1 : 0));
    case "start_app":
      return join(u8(16), withLength(u8, deed.name));
    default:
      return u8(bareTypes[deed.kind]);
  }
}

/** Several, one after another, as `control:input` carries them. */
export function writeControlMessages(deeds: readonly ControlDeed[]): Uint8Array<ArrayBuffer> {
  return join(...deeds.map(writeControlMessage));
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatenate(parts);
}

function bytes(length: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(length);
  write(new DataView(buffer));
  return new Uint8Array(buffer);
}

const u8 = (value: number) => Uint8Array.of(value);
const u16 = (value: number) => bytes(2, (view) => view.setUint16(0, value));
const u32 = (value: number) => bytes(4, (view) => view.setUint32(0, value));
const u64 = (value: bigint) => bytes(8, (view) => view.setBigUint64(0, value));

function position({ x, y, width, height }: ControlPosition): Uint8Array {
  return join(u32(x), u32(y), u16(width), u16(height));
}

function withLength(length: (value: number) => Uint8Array, text: string): Uint8Array {
  const encoded = utf8(text);
  return join(length(encoded.byteLength), encoded);
}

/** `TextEncoder` belongs to browsers and Node, and this folder to neither. */
function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text.toWellFormed());
  const encoded = new Uint8Array(escaped.length);
  let length = 0;
  for (let at = 0; at < escaped.length; length += 1) {
    const isEscape = escaped[at] === "%";
    encoded[length] = isEscape ? Number.parseInt(escaped.slice(at + 1, at + 3), 16) : escaped.charCodeAt(at);
    at += isEscape ? 3 : 1;
  }
  return encoded.subarray(0, length);
}

/** `sc_float_to_u16fp`: 16 bits of fraction, and all ones for 1. */
function unsignedFixedPoint(share: number): number {
  return Math.min(0xffff, Math.max(0, Math.trunc(share * 0x1_0000)));
}

/** `sc_float_to_i16fp` of a sixteenth, since scrcpy 3.2: -16 to 16 notches in 16 bits. */
function notches(count: number): number {
  const share = Math.min(16, Math.max(-16, count)) / 16;
  return Math.min(0x7fff, Math.trunc(share * 0x8000));
}
