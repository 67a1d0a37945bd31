import { fail, succeed, type Result } from "./fault.ts";
import { controlRate } from "./limits.ts";

/**
 * scrcpy 3.3.3's control messages, big-endian, as `sc_control_msg_serialize` of its `app/src/control_msg.c` writes them and
 * `ControlMessageReader.java` reads them. Only where each ends and what it types is known here.
 *
 * ```
 *  0 inject_keycode        type action:1 keycode:4 repeat:4 metastate:4
 *  1 inject_text           type length:4 text
 *  2 inject_touch_event    type action:1 pointer:8 x:4 y:4 width:2 height:2 pressure:2 action_button:4 buttons:4
 *  3 inject_scroll_event   type x:4 y:4 width:2 height:2 hscroll:2 vscroll:2 buttons:4
 *  4 back_or_screen_on     type action:1
 *  5, 6, 7, 11, 15, 17     type
 *  8 get_clipboard         type copy_key:1
 *  9 set_clipboard         type sequence:8 paste:1 length:4 text
 * 10 set_display_power     type on:1
 * 12 uhid_create           type id:2 vendor:2 product:2 length:1 name length:2 report_descriptor
 * 13 uhid_input            type id:2 length:2 report
 * 14 uhid_destroy          type id:2
 * 16 start_app             type length:1 name
 * ```
 */
export const controlKinds = [
  "inject_keycode",
  "inject_text",
  "inject_touch_event",
  "inject_scroll_event",
  "back_or_screen_on",
  "expand_notification_panel",
  "expand_settings_panel",
  "collapse_panels",
  "get_clipboard",
  "set_clipboard",
  "set_display_power",
  "rotate_device",
  "uhid_create",
  "uhid_input",
  "uhid_destroy",
  "open_hard_keyboard_settings",
  "start_app",
  "reset_video",
] as const;
export type ControlKind = (typeof controlKinds)[number];

export interface ControlMessage {
  kind: ControlKind;
  byteLength: number;
  /** What it types, or lays on the clipboard to be pasted; UTF-8, a view of the input. */
  text?: Uint8Array;
}

/** Lengths of the kinds that have always the same, by type. */
const fixedLengths: Record<number, number> = {
  0: 14,
  2: 32,
  3: 21,
  4: 2,
  5: 1,
  6: 1,
  7: 1,
  8: 2,
  10: 2,
  11: 1,
  14: 3,
  15: 1,
  17: 1,
};

/** Where the others tell the length of what follows: so many bytes after the last known place, and how wide. */
const lengthFields: Record<number, { after: number; size: 1 | 2 | 4 }[]> = {
  1: [{ after: 1, size: 4 }],
  9: [{ after: 10, size: 4 }],
  12: [
    { after: 7, size: 1 },
    { after: 0, size: 2 },
  ],
  13: [{ after: 3, size: 2 }],
  16: [{ after: 1, size: 1 }],
};
const textTypes = new Set([1, 9]);

/** Splits whole messages. A failure says at which byte and why; `INVALID_PAYLOAD`, with the details of P1. */
export function readControlMessages(input: Uint8Array | ArrayBuffer): Result<ControlMessage[]> {
  const bytes = input instanceof Uint8Array ? input : new Uint8Array(input);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: ControlMessage[] = [];
  for (let start = 0; start < bytes.byteLength;) {
    if (messages.length === mostAtOnce) return malformed(start, `more than ${mostAtOnce} messages at once`);
    const type = view.getUint8(start);
    const kind = controlKinds[type];
    if (kind === undefined) return malformed(start, `type ${type} is not one of scrcpy 3.3.3`);
    const found = measure(view, start, type);
    const end = start + (found?.byteLength ?? 0);
    if (found === undefined || end > bytes.byteLength) return malformed(start, `${kind} is cut off`);
    const text = found.textAt === undefined ? {} : { text: bytes.subarray(found.textAt, end) };
    messages.push({ kind, byteLength: found.byteLength, ...text });
    start = end;
  }
  return messages.length === 0 ? malformed(0, "there is no message") : succeed(messages);
}

/** More would be over the limit in any case. */
const mostAtOnce = controlRate.burst;

/** How long the message at `start` says it is, and where its text begins; undefined when not even that is there. */
function measure(
  view: DataView,
  start: number,
  type: number,
): { byteLength: number; textAt?: number } | undefined {
  const fixed = fixedLengths[type];
  if (fixed !== undefined) return { byteLength: fixed };
  let end = start;
  let textAt = start;
  for (const { after, size } of lengthFields[type] ?? []) {
    const at = end + after;
    textAt = at + size;
    if (textAt > view.byteLength) return undefined;
    end = textAt + readUint(view, at, size);
  }
  return { byteLength: end - start, ...(textTypes.has(type) ? { textAt } : {}) };
}

function readUint(view: DataView, at: number, size: 1 | 2 | 4): number {
  if (size === 1) return view.getUint8(at);
  return size === 2 ? view.getUint16(at) : view.getUint32(at);
}

function malformed(offset: number, problem: string): Result<never> {
  const details = { event: "control:input", path: "messages", problem: `byte ${offset}: ${problem}` };
  return fail("INVALID_PAYLOAD", `control:input: messages is not valid: ${details.problem}`, details);
}
