/** An element of Android's compiled XML. Values that are neither text nor a whole number are left out. */
export interface XmlElement {
  name: string;
  /** By name, without its namespace. */
  attributes: ReadonlyMap<string, string | number>;
}

/**
 * Reads the outermost element of compiled XML, which in a manifest names the package (AOSP
 * `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h`). Undefined: it is no compiled XML. Everything is
 * little endian and in chunks:
 *
 *     0  type, u16
 *     2  header length, u16
 *     4  chunk length, u32, the header included
 *
 * The outermost chunk is the document; in it follow a string pool, perhaps a map of resource ids and name spaces, and
 * the elements.
 */
export function readOutermostElement(bytes: Uint8Array): XmlElement | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isWhole = view.getUint32(4, true) <= bytes.byteLength;
    return isWhole && view.getUint16(0, true) === chunkType.document ? readDocument(view) : undefined;
  } catch (error) {
    // An offset that leads out of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const chunkType = { stringPool: 0x0001, document: 0x0003, startElement: 0x0102 } as const;
/** Index that stands for no string. */
const none = 0xffffffff;

function readDocument(view: DataView): XmlElement | undefined {
  let strings: string[] = [];
  for (let at = view.getUint16(2, true); at < view.byteLength; at += view.getUint32(at + 4, true)) {
    const type = view.getUint16(at, true);
    if (type === chunkType.stringPool) strings = readStrings(view, at);
    else if (type === chunkType.startElement) return readElement(view, at, strings);
    if (view.getUint32(at + 4, true) === 0) break;
  }
  return undefined;
}

/**
 *      8  number of strings        12  number of styles       16  flags: 0x100 is UTF-8, otherwise UTF-16
 *     20  where the strings start  24  where the styles start  28  offsets of the strings
 */
function readStrings(view: DataView, pool: number): string[] {
  const isUtf8 = (view.getUint32(pool + 16, true) & 0x100) !== 0;
  const start = pool + view.getUint32(pool + 20, true);
  const offsets = pool + view.getUint16(pool + 2, true);
  return Array.from({ length: view.getUint32(pool + 8, true) }, (_, index) => {
    const at = start + view.getUint32(offsets + index * 4, true);
    return isUtf8 ? readUtf8(view, at) : readUtf16(view, at);
  });
}

/** Length in characters and in bytes, each one byte or, with the highest bit set, two; then the bytes. */
function readUtf8(view: DataView, at: number): string {
  const lengthAt = at + (view.getUint8(at) & 0x80 ? 2 : 1);
  const first = view.getUint8(lengthAt);
  const isLong = (first & 0x80) !== 0;
  const length = isLong ? ((first & 0x7f) << 8) | view.getUint8(lengthAt + 1) : first;
  return decode("utf-8", view, lengthAt + (isLong ? 2 : 1), length);
}

/** Length in UTF-16 units, one of them or, with the highest bit set, two; then the units. */
function readUtf16(view: DataView, at: number): string {
  const first = view.getUint16(at, true);
  const isLong = (first & 0x8000) !== 0;
  const length = isLong ? ((first & 0x7fff) << 16) | view.getUint16(at + 2, true) : first;
  return decode("utf-16le", view, at + (isLong ? 4 : 2), length * 2);
}

function decode(encoding: string, view: DataView, at: number, length: number): string {
  return new TextDecoder(encoding).decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

/**
 *     16  name space  20  name  24  where the attributes start, from 16  26  length of one  28  how many
 *
 * and of each attribute:
 *
 *      0  name space   4  name   8  as written, or none  15  type: 3 a string, 0x10 and 0x11 a whole number  16  value
 */
function readElement(view: DataView, element: number, strings: readonly string[]): XmlElement {
  const text = (at: number) => strings[view.getUint32(at, true)] ?? "";
  const start = element + 16 + view.getUint16(element + 24, true);
  const length = view.getUint16(element + 26, true);
  const attributes = new Map<string, string | number>();
  for (let index = 0; index < view.getUint16(element + 28, true); index += 1) {
    const at = start + index * length;
    const type = view.getUint8(at + 15);
    if (view.getUint32(at + 8, true) !== none) attributes.set(text(at + 4), text(at + 8));
    else if (type === 0x03) attributes.set(text(at + 4), text(at + 16));
    else if (type === 0x10 || type === 0x11) attributes.set(text(at + 4), view.getUint32(at + 16, true));
  }
  return { name: text(element + 20), attributes };
}
