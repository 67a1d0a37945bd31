import type { FileStat } from "../android/file-node.ts";
import type { ByteReader } from "../byte-reader.ts";

/**
 * The `sync:` protocol (AOSP `packages/modules/adb/SYNC.TXT` and `file_sync_protocol.h`), little endian. What the
 * computer says begins with eight bytes; answers differ and are drawn at their encoders.
 *
 *     0  id, four letters
 *     4  u32: the length of the path or of DATA that follows, or DONE's time
 */
export const syncId = {
  /** Legacy `lstat` and its answer. */
  stat: fourLetters("STAT"),
  stat2: fourLetters("STA2"),
  lstat2: fourLetters("LST2"),
  list: fourLetters("LIST"),
  list2: fourLetters("LIS2"),
  entry: fourLetters("DENT"),
  entry2: fourLetters("DNT2"),
  send: fourLetters("SEND"),
  receive: fourLetters("RECV"),
  data: fourLetters("DATA"),
  done: fourLetters("DONE"),
  okay: fourLetters("OKAY"),
  fail: fourLetters("FAIL"),
  quit: fourLetters("QUIT"),
} as const;

/** The longest DATA either side may send. */
export const maxDataLength = 64 * 1024;
export const maxPathLength = 1024;

function fourLetters(text: string): number {
  return new DataView(new TextEncoder().encode(text).buffer).getUint32(0, true);
}

/** The eight bytes that begin whatever the computer says. Undefined: the stream has ended. */
export async function readSyncHeader(reader: ByteReader): Promise<{ id: number; value: number } | undefined> {
  const header = await reader.readExactly(8);
  if (!header) return undefined;
  const view = new DataView(header.buffer, header.byteOffset);
  return { id: view.getUint32(0, true), value: view.getUint32(4, true) };
}

/** An id and one number: DATA's length, DONE's time, OKAY's 0. */
export function encodeIdAndNumber(id: number, value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(id, value).buffer);
}

export function encodeData(payload: Uint8Array): Uint8Array {
  return append(encodeIdAndNumber(syncId.data, payload.byteLength), payload);
}

export function encodeFail(message: string): Uint8Array {
  const text = new TextEncoder().encode(message);
  return append(encodeIdAndNumber(syncId.fail, text.byteLength), text);
}

/** Legacy: id, mode, size, time. All zero but the id: there is no such file. A size over 4 GiB is cut off. */
export function encodeStat(stat: FileStat | undefined): Uint8Array {
  return new Uint8Array(Uint32Array.of(syncId.stat, ...legacyFields(stat)).buffer);
}

/** Legacy list entry: id, mode, size, time, name length, name. Without a name it is the list's end. */
export function encodeEntry(entry: { stat: FileStat; name: string } | undefined): Uint8Array {
  const name = new TextEncoder().encode(entry?.name ?? "");
  const id = entry ? syncId.entry : syncId.done;
  return append(
    new Uint8Array(Uint32Array.of(id, ...legacyFields(entry?.stat), name.byteLength).buffer),
    name,
  );
}

/**
 * Version 2, 72 bytes: id, error, u64 device, u64 inode, mode, links, owner, group, u64 size, i64 times of access,
 * modification and change.
 */
export function encodeStat2(id: number, result: { stat: FileStat } | { error: number }): Uint8Array {
  const bytes = new Uint8Array(72);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id, true);
  if ("error" in result) {
    view.setUint32(4, result.error, true);
    return bytes;
  }
  const { stat } = result;
  const seconds = BigInt(Math.floor(stat.modifiedMs / 1000));
  view.setBigUint64(8, deviceNumber, true);
  view.setBigUint64(16, BigInt(stat.inode), true);
  view.setUint32(24, stat.mode, true);
  view.setUint32(28, stat.links, true);
  view.setUint32(32, stat.owner, true);
  view.setUint32(36, stat.group, true);
  view.setBigUint64(40, BigInt(stat.size), true);
  for (const offset of [48, 56, 64]) view.setBigInt64(offset, seconds, true);
  return bytes;
}

/** Version 2 list entry: a stat, name length, name. Without a name it is the list's end, all zero. */
export function encodeEntry2(entry: { stat: FileStat; name: string } | undefined): Uint8Array {
  const name = new TextEncoder().encode(entry?.name ?? "");
  const stat = entry ? encodeStat2(syncId.entry2, entry) : encodeStat2(syncId.done, { error: 0 });
  return append(append(stat, new Uint8Array(Uint32Array.of(name.byteLength).buffer)), name);
}

/** `st_dev` of the one file system there is. */
const deviceNumber = 0xfe00n;

function legacyFields(stat: FileStat | undefined): [mode: number, size: number, seconds: number] {
  return stat ? [stat.mode, stat.size, Math.floor(stat.modifiedMs / 1000)] : [0, 0, 0];
}

function append(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength);
  whole.set(a);
  whole.set(b, a.byteLength);
  return whole;
}
