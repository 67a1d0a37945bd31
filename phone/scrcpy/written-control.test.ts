import { AndroidKeyEventMeta, ScrcpyControlMessageSerializer, ScrcpyOptions3_3_3 } from "@yume-chan/scrcpy";
import { describe, expect, test } from "vitest";
import { writeControlMessage, type ControlDeed } from "../../protocol/control-writer.ts";
import { makeControlMessageReader } from "./control-message.ts";

/** The farm's own writer, judged by two that others wrote: Tango's serializer, and the phone that reads it. */

const tango = new ScrcpyControlMessageSerializer(new ScrcpyOptions3_3_3({}));
const position = { x: 260, y: 1026, width: 1080, height: 2400 };
const tangoPlace = { pointerX: 260, pointerY: 1026, videoWidth: 1080, videoHeight: 2400 };
const phonePlace = { x: 260, y: 1026, screenWidth: 1080, screenHeight: 2400 };

const cases: [ControlDeed, Uint8Array | undefined, object][] = [
  [
    { kind: "inject_keycode", action: "down", keyCode: 66, repeat: 3, metaState: 1 },
    tango.injectKeyCode({ action: 0, keyCode: 66, repeat: 3, metaState: AndroidKeyEventMeta.Shift }),
    { type: "key", action: 0, keyCode: 66, repeat: 3, metaState: 1 },
  ],
  [{ kind: "inject_text", text: "a~Z" }, tango.injectText("a~Z"), { type: "text", text: "a~Z" }],
  [
    { kind: "inject_touch_event", action: "move", pointerId: -2n, position, pressure: 0.75 },
    tango.injectTouch({
      action: 2,
      pointerId: -2n,
      ...tangoPlace,
      pressure: 0.75,
      actionButton: 0,
      buttons: 0,
    }),
    {
      type: "touch",
      action: 2,
      pointerId: -2n,
      position: phonePlace,
      pressure: 0.75,
      actionButton: 0,
      buttons: 0,
    },
  ],
  [
    { kind: "inject_scroll_event", position, horizontal: -1.5, vertical: 2 },
    tango.injectScroll({ ...tangoPlace, scrollX: -1.5, scrollY: 2, buttons: 0 }),
    { type: "scroll", position: phonePlace, horizontal: -1.5, vertical: 2, buttons: 0 },
  ],
  [
    { kind: "back_or_screen_on", action: "down" },
    tango.backOrScreenOn(0),
    { type: "back-or-screen-on", action: 0 },
  ],
  [
    { kind: "expand_notification_panel" },
    tango.expandNotificationPanel(),
    { type: "expand-notification-panel" },
  ],
  [{ kind: "expand_settings_panel" }, tango.expandSettingPanel(), { type: "expand-settings-panel" }],
  [{ kind: "collapse_panels" }, tango.collapseNotificationPanel(), { type: "collapse-panels" }],
  // Tango has no writer of this one.
  [{ kind: "get_clipboard", copyKey: "cut" }, undefined, { type: "get-clipboard", copyKey: "cut" }],
  [
    { kind: "set_clipboard", sequence: 9n, isPasted: true, text: "안녕 🙂" },
    tangoClipboard(9n, "안녕 🙂"),
    { type: "set-clipboard", sequence: 9n, isPasted: true, text: "안녕 🙂" },
  ],
  [
    { kind: "set_display_power", isOn: false },
    tango.setDisplayPower(0),
    { type: "set-display-power", isOn: false },
  ],
  [{ kind: "rotate_device" }, tango.rotateDevice(), { type: "rotate-device" }],
  [{ kind: "open_hard_keyboard_settings" }, undefined, { type: "open-hard-keyboard-settings" }],
  [
    { kind: "start_app", name: "?Notes" },
    tango.startApp("Notes", { searchByName: true }),
    { type: "start-app", name: "?Notes" },
  ],
  [{ kind: "reset_video" }, tango.resetVideo(), { type: "reset-video" }],
];

function tangoClipboard(sequence: bigint, content: string): Uint8Array | undefined {
  const written = tango.setClipboard({ sequence, paste: true, content });
  return written instanceof Uint8Array ? written : written[0];
}

describe("what the dashboard writes", () => {
  test.each(cases.filter(([, written]) => written !== undefined))(
    "is what Tango writes: $kind",
    (deed, written) => {
      expect(writeControlMessage(deed)).toEqual(written);
    },
  );

  test.each(cases)("is what the phone reads: $kind", (deed, _, read) => {
    expect(makeControlMessageReader().push(writeControlMessage(deed))).toEqual([read]);
  });
});
