import {
  type AndroidKeyEventMeta,
  ScrcpyControlMessageSerializer,
  ScrcpyOptions3_3_3,
} from "@yume-chan/scrcpy";
import { describe, expect, it } from "vitest";
import { makeControlMessageReader, type ControlMessage } from "./control-message.ts";

const hex = (text: string) => Uint8Array.from(text.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));

const cases: readonly [string, string, ControlMessage][] = [
  [
    "a key",
    `00             ${/* type INJECT_KEYCODE */ ""}
     01             ${/* action up */ ""}
     00 00 00 42    ${/* KEYCODE_ENTER */ ""}
     00 00 00 05    ${/* repeat */ ""}
     00 00 00 41    ${/* META_SHIFT_ON | META_SHIFT_LEFT_ON */ ""}`,
    { type: "key", action: 1, keyCode: 66, repeat: 5, metaState: 0x41 },
  ],
  [
    "text",
    `01             ${/* type INJECT_TEXT */ ""}
     00 00 00 0d    ${/* bytes */ ""}
     68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21`,
    { type: "text", text: "hello, world!" },
  ],
  [
    "a touch",
    `02                         ${/* type INJECT_TOUCH_EVENT */ ""}
     00                         ${/* action down */ ""}
     12 34 56 78 87 65 43 21    ${/* pointer id */ ""}
     00 00 00 64                ${/* x */ ""}
     00 00 00 c8                ${/* y */ ""}
     04 38                      ${/* screen width */ ""}
     07 80                      ${/* screen height */ ""}
     ff ff                      ${/* pressure 1.0 */ ""}
     00 00 00 01                ${/* action button */ ""}
     00 00 00 01                ${/* buttons */ ""}`,
    {
      type: "touch",
      action: 0,
      pointerId: 0x1234567887654321n,
      position: { x: 100, y: 200, screenWidth: 1080, screenHeight: 1920 },
      pressure: 1,
      actionButton: 1,
      buttons: 1,
    },
  ],
  [
    "a scroll",
    `03             ${/* type INJECT_SCROLL_EVENT */ ""}
     00 00 01 04    ${/* x */ ""}
     00 00 04 02    ${/* y */ ""}
     04 38          ${/* screen width */ ""}
     07 80          ${/* screen height */ ""}
     08 00          ${/* horizontal 1/16 of 16 notches */ ""}
     f8 00          ${/* vertical -1/16 */ ""}
     00 00 00 01    ${/* buttons */ ""}`,
    {
      type: "scroll",
      position: { x: 260, y: 1026, screenWidth: 1080, screenHeight: 1920 },
      horizontal: 1,
      vertical: -1,
      buttons: 1,
    },
  ],
  ["back, or screen on", "04 01", { type: "back-or-screen-on", action: 1 }],
  ["the notification panel", "05", { type: "expand-notification-panel" }],
  ["the settings panel", "06", { type: "expand-settings-panel" }],
  ["the end of the panels", "07", { type: "collapse-panels" }],
  ["the clipboard asked for", "08 01", { type: "get-clipboard", copyKey: "copy" }],
  [
    "the clipboard set",
    `09                         ${/* type SET_CLIPBOARD */ ""}
     01 02 03 04 05 06 07 08    ${/* sequence */ ""}
     01                         ${/* paste */ ""}
     00 00 00 06                ${/* bytes */ ""}
     ed 95 9c ea b8 80`,
    { type: "set-clipboard", sequence: 0x0102030405060708n, isPasted: true, text: "한글" },
  ],
  ["display power", "0a 00", { type: "set-display-power", isOn: false }],
  ["a turn", "0b", { type: "rotate-device" }],
  [
    "a HID device",
    `0c             ${/* type UHID_CREATE */ ""}
     00 2a          ${/* id */ ""}
     12 34          ${/* vendor */ ""}
     56 78          ${/* product */ ""}
     03 41 42 43    ${/* name */ ""}
     00 02 05 01    ${/* report descriptor */ ""}`,
    {
      type: "uhid-create",
      id: 42,
      vendorId: 0x1234,
      productId: 0x5678,
      name: "ABC",
      reportDescriptor: hex("05 01"),
    },
  ],
  ["HID input", "0d 00 2a 00 03 01 02 03", { type: "uhid-input", id: 42, data: hex("01 02 03") }],
  ["the end of a HID device", "0e 00 2a", { type: "uhid-destroy", id: 42 }],
  ["keyboard settings", "0f", { type: "open-hard-keyboard-settings" }],
  ["an app's start", "10 04 2b 61 2e 62", { type: "start-app", name: "+a.b" }],
  ["the video's reset", "11", { type: "reset-video" }],
];

describe("control messages", () => {
  it.each(cases)("reads %s from its literal bytes", (_name, bytes, message) => {
    expect(makeControlMessageReader().push(hex(bytes))).toEqual([message]);
  });

  it("reads every message whole although it comes byte by byte", () => {
    const reader = makeControlMessageReader();
    const all = cases.flatMap(([, bytes]) => Array.from(hex(bytes)));
    const read = all.flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(read).toEqual(cases.map(([, , message]) => message));
  });

  it("reads many messages from one chunk", () => {
    const all = Uint8Array.from(cases.flatMap(([, bytes]) => Array.from(hex(bytes))));
    expect(makeControlMessageReader().push(all)).toEqual(cases.map(([, , message]) => message));
  });

  it("gives up the stream at an unknown type, after what came before it", () => {
    const reader = makeControlMessageReader();
    expect(reader.push(hex("11 63 05"))).toEqual([
      { type: "reset-video" },
      { type: "malformed", message: "Unknown event type: 99" },
    ]);
    expect(reader.push(hex("11"))).toEqual([]);
  });

  it("refuses a text that would not fit in the server's longest message before it has come", () => {
    const [message] = makeControlMessageReader().push(hex("01 00 04 00 00"));
    expect(message?.type).toBe("malformed");
  });
});

/** The other end of the wire, which nobody here wrote, for what it can say. */
const tango = new ScrcpyControlMessageSerializer(new ScrcpyOptions3_3_3({}));
const written: Record<string, Uint8Array | [Uint8Array, Promise<void>] | undefined> = {
  "a key": tango.injectKeyCode({ action: 1, keyCode: 66, repeat: 5, metaState: 0x41 as AndroidKeyEventMeta }),
  text: tango.injectText("hello, world!"),
  "a touch": tango.injectTouch({
    action: 0,
    pointerId: 0x1234567887654321n,
    pointerX: 100,
    pointerY: 200,
    videoWidth: 1080,
    videoHeight: 1920,
    pressure: 1,
    actionButton: 1,
    buttons: 1,
  }),
  "a scroll": tango.injectScroll({
    pointerX: 260,
    pointerY: 1026,
    videoWidth: 1080,
    videoHeight: 1920,
    scrollX: 1,
    scrollY: -1,
    buttons: 1,
  }),
  "back, or screen on": tango.backOrScreenOn(1),
  "the notification panel": tango.expandNotificationPanel(),
  "the settings panel": tango.expandSettingPanel(),
  "the end of the panels": tango.collapseNotificationPanel(),
  "the clipboard set": tango.setClipboard({ sequence: 0x0102030405060708n, paste: true, content: "한글" }),
  "display power": tango.setDisplayPower(0),
  "a turn": tango.rotateDevice(),
  "a HID device": tango.uHidCreate({
    id: 42,
    vendorId: 0x1234,
    productId: 0x5678,
    name: "ABC",
    data: hex("05 01"),
  }),
  "HID input": tango.uHidInput({ id: 42, data: hex("01 02 03") }),
  "the end of a HID device": tango.uHidDestroy(42),
  "an app's start": tango.startApp("a.b", { forceStop: true }),
  "the video's reset": tango.resetVideo(),
};

it.each(Object.entries(written))("Tango writes %s in the same bytes", (name, bytes) => {
  const literal = cases.find(([each]) => each === name)?.[1] ?? "";
  expect(bytes instanceof Uint8Array ? bytes : bytes?.[0]).toEqual(hex(literal));
});
