import { type Errno, errnoText, type FileResult } from "../android/errno.ts";
import { fileTypeBits } from "../android/file-node.ts";
import type { FileSystem } from "../android/file-system.ts";
import type { ByteReader } from "../byte-reader.ts";
import { encodeFail, encodeIdAndNumber, maxDataLength, readSyncHeader, syncId } from "./sync-packet.ts";
import type { SyncSession } from "./sync-service.ts";

/**
 * SEND `path,mode`, DATA…, DONE with the time. A FAIL goes out as soon as it is known and ends the session, but only
 * when the rest was read and thrown away: old computers do not look for an answer before they have sent everything.
 */
export async function receiveFile(session: SyncSession, target: string): Promise<boolean> {
  const { android, reader, send } = session;
  const comma = target.lastIndexOf(",");
  if (comma < 0) {
    await send(encodeFail("missing , in ID_SEND_V1"));
    return false;
  }
  const path = target.slice(0, comma);
  const received = await receive(android.files, reader, path, readNumber(target.slice(comma + 1)));
  if (received.ok) {
    await send(encodeIdAndNumber(syncId.okay, 0));
    return true;
  }
  if (received.message !== undefined) {
    await send(encodeFail(received.message));
    await discardData(reader);
  }
  return false;
}

/** Without a message the computer has gone. */
type Received<T> = ({ ok: true } & T) | Failure;
interface Failure {
  ok: false;
  message: string | undefined;
}

async function receive(
  files: FileSystem,
  reader: ByteReader,
  path: string,
  mode: number,
): Promise<Received<object>> {
  // Nor can a phone's shell user make one on Android, by its SELinux rules.
  if ((mode & 0o170000) === fileTypeBits.link) return failure("symlink failed", "EACCES");
  const made = create(files, path);
  if (!made.ok) return made;
  const contents = await readData(reader, files.freeBytes);
  const modifiedMs = contents.ok ? contents.modifiedSeconds * 1000 : 0;
  const written = contents.ok
    ? named("write failed", files.write(path, contents.parts, { mode: spread(mode), modifiedMs }))
    : contents;
  if (!written.ok) files.remove(path);
  return written;
}

function named(step: string, result: FileResult<void>): Received<object> {
  return result.ok ? result : failure(step, result.errno);
}

function failure(step: string, errno: Errno): Failure {
  return { ok: false, message: `${step}: ${errnoText[errno]}` };
}

/** C's `strtoul` with base 0: as many digits as there are, and none is 0. */
function readNumber(text: string): number {
  const [, hexadecimal, octal, decimal] = /^0x([0-9a-f]+)|^(0[0-7]*)|^(\d+)/i.exec(text) ?? [];
  if (hexadecimal !== undefined) return Number.parseInt(hexadecimal, 16);
  return octal === undefined ? Number(decimal ?? 0) : Number.parseInt(octal, 8);
}

/** The owner's rights for everybody, as adbd gives them. */
function spread(mode: number): number {
  const owner = mode & 0o777;
  const group = owner | ((owner >> 3) & 0o070);
  return group | ((group >> 3) & 0o007);
}

/** An empty file with its folders; a file that was there is replaced, whatever its rights. */
function create(files: FileSystem, path: string): Received<object> {
  const existing = files.lstat(path);
  if (existing.ok && existing.value.kind === "file") files.remove(path);
  let made: FileResult<void> = files.write(path, new Uint8Array());
  if (!made.ok && made.errno === "ENOENT") {
    // adbd makes folders below the root only, and leaves the error of the file itself.
    if (!path.startsWith("/")) return failure("secure_mkdirs failed", "ENOENT");
    const parent = files.makeDirectory(path.replace(/\/[^/]*$/, "") || "/", { withParents: true });
    if (!parent.ok) return failure("secure_mkdirs failed", parent.errno);
    made = files.write(path, new Uint8Array());
  }
  return named("couldn't create file", made);
}

async function readData(
  reader: ByteReader,
  mostBytes: number,
): Promise<Received<{ parts: readonly Uint8Array[]; modifiedSeconds: number }>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const header = await readSyncHeader(reader);
    if (!header) return { ok: false, message: undefined };
    const { id, value } = header;
    if (id === syncId.done) return { ok: true, parts, modifiedSeconds: value };
    if (id !== syncId.data) return { ok: false, message: "invalid data message" };
    length += value;
    if (length > mostBytes) {
      await skip(reader, value);
      return failure("write failed", "ENOSPC");
    }
    // AOSP asks for 64 KiB at most, and adbd takes more.
    for (let missing = value; missing > 0;) {
      const part = await reader.readSome(missing);
      if (!part) return { ok: false, message: undefined };
      parts.push(part);
      missing -= part.byteLength;
    }
  }
}

async function discardData(reader: ByteReader): Promise<void> {
  for (;;) {
    const header = await readSyncHeader(reader);
    if (header?.id !== syncId.data || header.value > maxDataLength) return;
    await skip(reader, header.value);
  }
}

async function skip(reader: ByteReader, length: number): Promise<void> {
  for (let missing = length; missing > 0;) {
    const part = await reader.readSome(missing);
    if (!part) return;
    missing -= part.byteLength;
  }
}
