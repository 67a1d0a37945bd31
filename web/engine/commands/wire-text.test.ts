import { describe, expect, test } from "vitest";
import { encodeBase64 } from "../../connection/base64.ts";
import { parseRawOutput } from "../device/adb-shell.ts";
import { quoteForShell } from "../device/shell-quote.ts";
import { inputLine, isTypeable } from "./input-line.ts";
import { readPngSize } from "./png.ts";

describe("a line for the device's sh", () => {
  test("keeps a word one word, whatever is in it", () => {
    expect(quoteForShell('a\'b $(reboot) "c"')).toBe(String.raw`'a'\''b $(reboot) "c"'`);
  });

  test("moves fingers and presses keys in whole numbers", () => {
    expect(inputLine({ command_type: "tap", params: { x: 10.6, y: 20.2 } })).toBe("input tap 11 20");
    expect(inputLine({ command_type: "swipe", params: { x: 1, y: 2, x2: 3, y2: 4 } })).toBe(
      "input swipe 1 2 3 4 300",
    );
    expect(inputLine({ command_type: "keyevent", params: { keycode: 26 } })).toBe("input keyevent 26");
  });

  test("types spaces as %s and a literal %s in two halves", () => {
    expect(inputLine({ command_type: "text", params: { text: "it's 5" } })).toBe(
      String.raw`input text 'it'\''s%s5'`,
    );
    expect(inputLine({ command_type: "text", params: { text: "50%safe" } })).toBe(
      "input text '50%' && input text 'safe'",
    );
  });

  test("does not pretend to type what no key makes", () => {
    for (const text of ["안녕하세요 🙂", "é", "a\nb"]) {
      expect(isTypeable(text)).toBe(false);
      expect(inputLine({ command_type: "text", params: { text } })).toBeUndefined();
    }
  });
});

describe("the raw shell", () => {
  test("has its exit code at the end of its output", () => {
    expect(parseRawOutput("hello\ntabfarm-exit:3\n", false)).toEqual({
      stdout: "hello\n",
      stderr: "",
      exit_code: 3,
    });
  });
  test("has no exit code when its end was cut away", () => {
    expect(parseRawOutput("hel", true)).toEqual({
      stdout: "hel",
      stderr: "",
      exit_code: -1,
      is_truncated: true,
    });
  });
});

describe("a PNG", () => {
  // prettier-ignore
  const png = new Uint8Array([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, // signature
    0x00, 0x00, 0x00, 0x0d, // length of the first chunk
    0x49, 0x48, 0x44, 0x52, // "IHDR"
    0x00, 0x00, 0x04, 0x38, // width: 1080
    0x00, 0x00, 0x09, 0x60, // height: 2400
  ]);
  test("says its size", () => {
    expect(readPngSize(png)).toEqual({ width: 1080, height: 2400 });
  });
  test("is not an error message", () => {
    expect(readPngSize(new TextEncoder().encode("screencap: inaccessible or not found"))).toBeUndefined();
    expect(readPngSize(png.subarray(0, 20))).toBeUndefined();
  });
});

test("base64 is standard and padded, also for more bytes than one call takes", () => {
  expect(encodeBase64(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe("/9j/4A==");
  const many = new Uint8Array(100_000).map((_, index) => index & 0xff);
  expect(encodeBase64(many)).toBe(Buffer.from(many).toString("base64"));
});
