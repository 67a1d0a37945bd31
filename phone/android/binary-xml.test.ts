import { expect, test } from "vitest";
import { makeTestManifest } from "../testing/test-apk.ts";
import { readOutermostElement } from "./binary-xml.ts";

/** A small one, as hexadecimal digits. */
const manifest = bytesOf(
  // Document: type 3, header of 8, 148 bytes.
  "03 00 08 00 94 00 00 00",
  // String pool: type 1, header of 28, 64 bytes.
  "01 00 1c 00 40 00 00 00",
  // 4 strings, no styles, UTF-8.
  "04 00 00 00 00 00 00 00 00 01 00 00",
  // Strings start at 44, there are no styles.
  "2c 00 00 00 00 00 00 00",
  // Where each string starts from there.
  "00 00 00 00 04 00 00 00 09 00 00 00 0f 00 00 00",
  // "v", "pk", "mé" in 2 characters and 3 bytes, "m", and a byte to the next multiple of 4.
  "01 01 76 00",
  "02 02 70 6b 00",
  "02 03 6d c3 a9 00",
  "01 01 6d 00 00",
  // Element: type 0x102, header of 16, 76 bytes; line 1, no comment.
  "02 01 10 00 4c 00 00 00 01 00 00 00 ff ff ff ff",
  // No name space, its name is string 3; attributes start at 20 and have 20 bytes, there are 2.
  "ff ff ff ff 03 00 00 00 14 00 14 00 02 00 00 00",
  // No id, class or style attribute.
  "00 00 00 00",
  // "v": no name space, not as written, 8 bytes of value of type 0x10, 258.
  "ff ff ff ff 00 00 00 00 ff ff ff ff",
  "08 00 00 10 02 01 00 00",
  // "pk": string 2, as written and as its value of type 3.
  "ff ff ff ff 01 00 00 00 02 00 00 00",
  "08 00 00 03 02 00 00 00",
);

function bytesOf(...lines: string[]): Uint8Array {
  return Uint8Array.from(lines.join(" ").split(" "), (digits) => Number.parseInt(digits, 16));
}

test("the outermost element is read with its whole numbers and its text", () => {
  const element = readOutermostElement(manifest);
  expect(element?.name).toBe("m");
  expect([...(element?.attributes ?? [])]).toEqual([
    ["v", 258],
    ["pk", "mé"],
  ]);
});

test.each(["utf-8", "utf-16"] as const)("strings in %s are read, also long ones", (encoding) => {
  const packageName = `org.example.${"é".repeat(200)}`;
  const element = readOutermostElement(makeTestManifest({ packageName, encoding, splitName: "config.de" }));
  expect(element?.attributes.get("package")).toBe(packageName);
  expect(element?.attributes.get("split")).toBe("config.de");
});

test("what is cut off anywhere, empty or text is no compiled XML", () => {
  for (let length = 0; length < manifest.byteLength; length += 1) {
    expect(readOutermostElement(manifest.subarray(0, length))).toBeUndefined();
  }
  expect(readOutermostElement(new TextEncoder().encode("<manifest package='a.b'/>"))).toBeUndefined();
});
