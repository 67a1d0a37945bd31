import { describe, expect, test } from "vitest";
import { readControlMessages } from "./control-message.ts";

/** One of each type, laid out as in scrcpy 3.3.3's `app/tests/test_control_msg_serialize.c`. */
const samples = {
  inject_keycode: hex(
    "00", // type
    "01", // AKEY_EVENT_ACTION_UP
    "00000042", // AKEYCODE_ENTER
    "00000005", // repeat
    "00000041", // AMETA_SHIFT_ON | AMETA_SHIFT_LEFT_ON
  ),
  inject_text: hex(
    "01", // type
    "0000000d", // length
    "68656c6c6f2c20776f726c6421", // hello, world!
  ),
  inject_touch_event: hex(
    "02", // type
    "00", // AMOTION_EVENT_ACTION_DOWN
    "1234567887654321", // pointer id
    "00000064000000c8", // 100, 200
    "04380780", // 1080x1920
    "ffff", // pressure
    "00000001", // AMOTION_EVENT_BUTTON_PRIMARY, the one pressed now
    "00000001", // AMOTION_EVENT_BUTTON_PRIMARY, all that are down
  ),
  inject_scroll_event: hex(
    "03", // type
    "0000010400000402", // 260, 1026
    "04380780", // 1080x1920
    "0000", // hscroll
    "8000", // vscroll, -1
    "00000001", // buttons
  ),
  back_or_screen_on: hex("0401"), // AKEY_EVENT_ACTION_UP
  expand_notification_panel: hex("05"),
  expand_settings_panel: hex("06"),
  collapse_panels: hex("07"),
  get_clipboard: hex("0801"), // COPY
  set_clipboard: hex(
    "09", // type
    "0102030405060708", // sequence
    "01", // paste
    "00000006", // length
    "ec9588eb8595", // 안녕
  ),
  set_display_power: hex("0a01"), // on
  rotate_device: hex("0b"),
  uhid_create: hex(
    "0c", // type
    "002a", // id
    "12345678", // vendor, product
    "03414243", // "ABC"
    "000b", // length of the report descriptor
    "0102030405060708090a0b",
  ),
  uhid_input: hex(
    "0d", // type
    "002a", // id
    "0005", // length
    "0102030405",
  ),
  uhid_destroy: hex("0e002a"), // id
  open_hard_keyboard_settings: hex("0f"),
  start_app: hex(
    "10", // type
    "07", // length
    "66697265666f78", // firefox
  ),
  reset_video: hex("11"),
};

function hex(...fields: string[]): Uint8Array {
  return new Uint8Array(Buffer.from(fields.join(""), "hex"));
}

const texts: Record<string, string> = { inject_text: "hello, world!", set_clipboard: "안녕" };
const all = Object.entries(samples).map(([kind, bytes]) => ({ kind, bytes }));
const expected = all.map(({ kind, bytes }) => ({
  kind,
  byteLength: bytes.byteLength,
  ...(texts[kind] === undefined ? {} : { text: new TextEncoder().encode(texts[kind]) }),
}));

describe("[K3] scrcpy's control messages", () => {
  test("are told apart, one of each type", () => {
    expect(all.flatMap(({ bytes }) => readControlMessages(bytes))).toEqual(
      expected.map((message) => ({ ok: true, value: [message] })),
    );
  });

  test("are split where several come together, from wherever in a larger buffer they are", () => {
    const together = Uint8Array.from([99, 99, ...all.flatMap(({ bytes }) => [...bytes])]);
    expect(readControlMessages(together.subarray(2))).toEqual({ ok: true, value: expected });
    expect(readControlMessages(together.slice(2).buffer)).toEqual({ ok: true, value: expected });
  });

  test("that are cut off anywhere are refused, and say at which byte they begin", () => {
    for (const { kind, bytes } of all) {
      for (let length = 1; length < bytes.byteLength; length += 1) {
        expect(readControlMessages(Uint8Array.from([17, ...bytes.subarray(0, length)]))).toMatchObject({
          ok: false,
          fault: { code: "INVALID_PAYLOAD", details: { problem: `byte 1: ${kind} is cut off` } },
        });
      }
    }
  });

  test.each([
    ["of a later scrcpy", [18, 1], /type 18 is not one/],
    ["of no scrcpy", [255], /type 255/],
    ["that are none", [], /no message/],
    ["of which there are too many", Array.from({ length: 241 }, () => 5), /more than 240/],
    ["with a length beyond everything", [1, 0xff, 0xff, 0xff, 0xff, 65], /cut off/],
  ])("%s are refused", (_, bytes, problem) => {
    expect(readControlMessages(Uint8Array.from(bytes))).toMatchObject({
      ok: false,
      fault: { code: "INVALID_PAYLOAD", message: expect.stringMatching(problem) },
    });
  });
});
