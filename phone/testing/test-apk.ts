import { zipSync } from "fflate";
import { concatenate } from "../../protocol/concatenate.ts";

interface TestManifest {
  packageName: string;
  versionCode?: number;
  splitName?: string;
  /** aapt2 writes UTF-8, aapt wrote UTF-16. */
  encoding?: "utf-8" | "utf-16";
}

/** An app's archive without code or signature: what a package manager reads, and `payload` to give it a size. */
export function makeTestApk(manifest: TestManifest, payload = new Uint8Array()): Uint8Array {
  const files = { "AndroidManifest.xml": makeTestManifest(manifest), "assets/payload.bin": payload };
  return zipSync(files, { level: 0 });
}

/** The compiled `<manifest>` alone; the layout is drawn at its reader, `android/binary-xml.ts`. */
export function makeTestManifest(manifest: TestManifest): Uint8Array {
  const { packageName, versionCode = 1, splitName, encoding = "utf-8" } = manifest;
  const strings: string[] = [];
  const indexOf = (text: string) => (strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1);
  const textAttribute = (name: string, value: string) =>
    words(none, indexOf(name), indexOf(value), typedValue(stringType), indexOf(value));
  const attributes = [
    words(none, indexOf("versionCode"), none, typedValue(integerType), versionCode),
    textAttribute("package", packageName),
    ...(splitName === undefined ? [] : [textAttribute("split", splitName)]),
  ];
  const element = concatenate([
    words(none, indexOf("manifest"), 20 | (20 << 16), attributes.length),
    words(0),
    ...attributes,
  ]);
  // Each node says its line in the source, and that it has no comment.
  const node = chunk(0x0102, 16, concatenate([words(1, none), element]));
  return chunk(0x0003, 8, concatenate([stringPool(strings, encoding), node]));
}

const none = 0xffffffff;
const stringType = 0x03;
const integerType = 0x10;
const typedValue = (type: number) => 8 | (type << 24);

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function chunk(type: number, headerLength: number, rest: Uint8Array): Uint8Array {
  return concatenate([words(type | (headerLength << 16), 8 + rest.byteLength), rest]);
}

function stringPool(strings: readonly string[], encoding: "utf-8" | "utf-16"): Uint8Array {
  const encoded = strings.map(encoding === "utf-8" ? encodeUtf8 : encodeUtf16);
  let length = 0;
  const offsets = encoded.map((bytes) => (length += bytes.byteLength) - bytes.byteLength);
  const padding = new Uint8Array((4 - (length % 4)) % 4);
  const flags = encoding === "utf-8" ? 0x100 : 0;
  const stringsStart = 28 + offsets.length * 4;
  return chunk(
    0x0001,
    28,
    concatenate([words(strings.length, 0, flags, stringsStart, 0, ...offsets), ...encoded, padding]),
  );
}

function encodeUtf8(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(...lengthOf(text.length), ...lengthOf(bytes.byteLength), ...bytes, 0);
}

function lengthOf(length: number): number[] {
  return length < 0x80 ? [length] : [0x80 | (length >> 8), length & 0xff];
}

function encodeUtf16(text: string): Uint8Array {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return new Uint8Array(Uint16Array.of(text.length, ...units, 0).buffer);
}
