import { errnoText, failed, type FileResult } from "../android/errno.ts";
import { fileTypeBits } from "../android/file-node.ts";
import type { FileSystem } from "../android/file-system.ts";
import { concatenate } from "../concatenate.ts";
import type { ByteReader } from "../byte-reader.ts";
import { encodeFail, encodeIdAndNumber, maxDataLength, readSyncHeader, syncId } from "./sync-packet.ts";
import type { SyncSession } from "./sync-service.ts";

/**
 * SEND `path,mode`, DATA…, DONE with the time. When the file cannot be made, FAIL goes out at once and the rest is read
 * and thrown away, because old computers do not look for an answer before they have sent everything.
 */
export async function receiveFile(
  { android: { files }, reader, send }: SyncSession,
  target: string,
): Promise<boolean> {
  const comma = target.lastIndexOf(",");
  if (comma < 0) {
    await send(encodeFail("missing , in ID_SEND_V1"));
    return false;
  }
  const path = target.slice(0, comma);
  const mode = Number(target.slice(comma + 1));
  const made = isRegular(mode)
    ? create(files, path)
    : { ok: false as const, message: "couldn't create file: Operation not permitted" };
  if (!made.ok) await send(encodeFail(made.message));
  const contents = await readData(reader, made.ok ? files.freeBytes : 0);
  if (contents.kind === "broken") {
    if (made.ok) files.remove(path);
    if (contents.message !== undefined) await send(encodeFail(contents.message));
    return false;
  }
  if (!made.ok) return true;
  const written = contents.bytes
    ? files.write(path, contents.bytes, {
        mode: spread(mode),
        modifiedMs: contents.modifiedSeconds * 1000,
      })
    : failed("ENOSPC");
  if (!written.ok) files.remove(path);
  await send(
    written.ok ? encodeIdAndNumber(syncId.okay, 0) : encodeFail(`write failed: ${errnoText[written.errno]}`),
  );
  return true;
}

function isRegular(mode: number): boolean {
  return Number.isInteger(mode) && [0, fileTypeBits.file].includes(mode & 0o170000);
}

/** The owner's rights for everybody, as adbd gives them. */
function spread(mode: number): number {
  const owner = mode & 0o777;
  const group = owner | ((owner >> 3) & 0o070);
  return group | ((group >> 3) & 0o007);
}

/** An empty file with its folders; a file that was there is replaced, whatever its rights. */
function create(files: FileSystem, path: string): { ok: true } | { ok: false; message: string } {
  const existing = files.lstat(path);
  if (existing.ok && existing.value.kind === "file") files.remove(path);
  let made: FileResult<void> = files.write(path, new Uint8Array());
  if (!made.ok && made.errno === "ENOENT") {
    const parent = files.makeDirectory(path.replace(/\/[^/]*$/, "") || "/", { withParents: true });
    if (!parent.ok) return { ok: false, message: `secure_mkdirs failed: ${errnoText[parent.errno]}` };
    made = files.write(path, new Uint8Array());
  }
  return made.ok ? made : { ok: false, message: `couldn't create file: ${errnoText[made.errno]}` };
}

type Contents =
  /** Without bytes when there were more than is kept. */
  | { kind: "whole"; bytes: Uint8Array | undefined; modifiedSeconds: number }
  | { kind: "broken"; message: string | undefined };

async function readData(reader: ByteReader, mostBytes: number): Promise<Contents> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const header = await readSyncHeader(reader);
    if (!header) return { kind: "broken", message: undefined };
    const { id, value } = header;
    if (id === syncId.done) {
      const bytes = length > mostBytes ? undefined : concatenate(parts);
      return { kind: "whole", bytes, modifiedSeconds: value };
    }
    if (id !== syncId.data) return { kind: "broken", message: "invalid data message" };
    if (value > maxDataLength) return { kind: "broken", message: "oversize data message" };
    const part = await reader.readExactly(value);
    if (!part) return { kind: "broken", message: undefined };
    length += value;
    if (length > mostBytes) parts.length = 0;
    else parts.push(part);
  }
}
