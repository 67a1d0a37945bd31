import { describe, expect, test } from "vitest";
import { readControlMessages } from "./control-message.ts";
import { readControlPosition, withControlPosition } from "./control-position.ts";
import { writeControlMessage, writeControlMessages, type ControlDeed } from "./control-writer.ts";

/** Laid out as in scrcpy 3.3.3's `app/tests/test_control_msg_serialize.c`. */
const position = { x: 100, y: 200, width: 1080, height: 1920 };
const samples: [ControlDeed, string[]][] = [
  [
    { kind: "inject_keycode", action: "up", keyCode: 66, repeat: 5, metaState: 0x41 },
    [
      "00", // type
      "01", // AKEY_EVENT_ACTION_UP
      "00000042", // AKEYCODE_ENTER
      "00000005", // repeat
      "00000041", // AMETA_SHIFT_ON | AMETA_SHIFT_LEFT_ON
    ],
  ],
  [
    { kind: "inject_text", text: "hello, world!" },
    ["01", "0000000d", "68656c6c6f2c20776f726c6421"], // type, length, text
  ],
  [
    {
      kind: "inject_touch_event",
      action: "down",
      pointerId: 0x1234567887654321n,
      position,
      pressure: 1,
      actionButton: 1,
      buttons: 1,
    },
    [
      "02", // type
      "00", // AMOTION_EVENT_ACTION_DOWN
      "1234567887654321", // pointer id
      "00000064000000c8", // 100, 200
      "04380780", // 1080x1920
      "ffff", // pressure
      "00000001", // AMOTION_EVENT_BUTTON_PRIMARY, the one pressed now
      "00000001", // AMOTION_EVENT_BUTTON_PRIMARY, all that are down
    ],
  ],
  [
    { kind: "inject_touch_event", action: "cancel", pointerId: -2n, position, pressure: 0.5 },
    ["02", "03", "fffffffffffffffe", "00000064000000c8", "04380780", "8000", "00000000", "00000000"],
  ],
  [
    {
      kind: "inject_scroll_event",
      position: { x: 260, y: 1026, width: 1080, height: 1920 },
      horizontal: 16,
      vertical: -16,
    },
    [
      "03", // type
      "0000010400000402", // 260, 1026
      "04380780", // 1080x1920
      "7fff", // 16 notches, the most
      "8000", // -16 notches
      "00000000", // buttons
    ],
  ],
  [
    { kind: "inject_scroll_event", position, horizontal: 0.5, vertical: -1 },
    ["03", "00000064000000c8", "04380780", "0400", "f800", "00000000"],
  ],
  [{ kind: "back_or_screen_on", action: "up" }, ["0401"]],
  [{ kind: "expand_notification_panel" }, ["05"]],
  [{ kind: "expand_settings_panel" }, ["06"]],
  [{ kind: "collapse_panels" }, ["07"]],
  [{ kind: "get_clipboard", copyKey: "copy" }, ["0801"]],
  [
    { kind: "set_clipboard", sequence: 0x0102030405060708n, isPasted: true, text: "안녕" },
    ["09", "0102030405060708", "01", "00000006", "ec9588eb8595"], // type, sequence, paste, length, text
  ],
  [{ kind: "set_clipboard", isPasted: false, text: "" }, ["09", "0000000000000000", "00", "00000000"]],
  [{ kind: "set_display_power", isOn: true }, ["0a01"]],
  [{ kind: "rotate_device" }, ["0b"]],
  [{ kind: "open_hard_keyboard_settings" }, ["0f"]],
  [
    { kind: "start_app", name: "firefox" },
    ["10", "07", "66697265666f78"], // type, length, name
  ],
  [{ kind: "reset_video" }, ["11"]],
];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("scrcpy's control messages", () => {
  test.each(samples)("are written byte for byte: $kind", (deed, fields) => {
    expect(hex(writeControlMessage(deed))).toBe(fields.join(""));
  });

  test("come together in one input, and are what the relay takes [K3]", () => {
    const deeds = samples.map(([deed]) => deed);
    const written = writeControlMessages(deeds);
    expect(hex(written)).toBe(samples.flatMap(([, fields]) => fields).join(""));
    const read = readControlMessages(written);
    expect(read.ok && read.value.map(({ kind }) => kind)).toEqual(deeds.map(({ kind }) => kind));
  });

  test("stay within what their fields can say", () => {
    const touch = { kind: "inject_touch_event", action: "move", pointerId: 1n, position } as const;
    expect(hex(writeControlMessage({ ...touch, pressure: 7 }).subarray(22, 24))).toBe("ffff");
    expect(hex(writeControlMessage({ ...touch, pressure: -1 }).subarray(22, 24))).toBe("0000");
    const scroll = { kind: "inject_scroll_event", position } as const;
    const far = writeControlMessage({ ...scroll, horizontal: 400, vertical: -400 });
    expect(hex(far.subarray(13, 17))).toBe("7fff8000");
  });
});

describe("the position of a message", () => {
  test.each(samples.filter(([deed]) => "position" in deed))(
    "is read and moved, and nothing else: $kind",
    (deed) => {
      const written = writeControlMessage(deed);
      if (!("position" in deed)) throw new Error("no position");
      expect(readControlPosition(deed.kind, written)).toEqual(deed.position);
      const place = { x: -5, y: 7, width: 480, height: 1040 };
      const moved = withControlPosition(deed.kind, written, place);
      expect(readControlPosition(deed.kind, moved)).toEqual(place);
      expect(moved).toEqual(writeControlMessage({ ...deed, position: place }));
    },
  );

  test("is none where the kind has none", () => {
    expect(readControlPosition("rotate_device", writeControlMessage({ kind: "rotate_device" }))).toBe(
      undefined,
    );
  });
});
