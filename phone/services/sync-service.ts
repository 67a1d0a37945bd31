import type { Android } from "../android/android.ts";
import { errnoNumber, errnoText, type FileResult } from "../android/errno.ts";
import type { FileStat } from "../android/file-node.ts";
import type { Service } from "../adb/service.ts";
import { concatenate } from "../../protocol/concatenate.ts";
import { type ByteReader, makeByteReader } from "../byte-reader.ts";
import { receiveFile } from "./sync-receive.ts";
import {
  encodeData,
  encodeEntry,
  encodeEntry2,
  encodeFail,
  encodeIdAndNumber,
  encodeStat,
  encodeStat2,
  maxDataLength,
  maxPathLength,
  readSyncHeader,
  syncId,
} from "./sync-packet.ts";

/** One request's surroundings. `send` waits for the computer. */
export interface SyncSession {
  android: Android;
  reader: ByteReader;
  send: (bytes: Uint8Array) => Promise<void>;
}

/** Answers one request; false ends the session, as every FAIL does. */
type SyncRequest = (session: SyncSession, path: string) => Promise<boolean>;

/** `sync:`: one request after the other until QUIT, nonsense, or the end of the stream. */
export function makeSyncService(android: Android): Service {
  return async (stream) => {
    const writer = stream.writable.getWriter();
    const session: SyncSession = {
      android,
      reader: makeByteReader(stream.readable),
      send: (bytes) => writer.write(bytes),
    };
    while (await answerNext(session));
    await writer.close();
  };
}

async function answerNext(session: SyncSession): Promise<boolean> {
  const header = await readSyncHeader(session.reader);
  if (!header) return false;
  const { id, value: length } = header;
  if (length > maxPathLength) {
    await session.send(encodeFail("path too long"));
    return false;
  }
  const path = await session.reader.readExactly(length);
  if (!path) return false;
  const request = requests.get(id);
  if (request) return await request(session, new TextDecoder().decode(path));
  if (id !== syncId.quit)
    await session.send(encodeFail(`unknown command ${id.toString(16).padStart(8, "0")}`));
  return false;
}

const requests = new Map<number, SyncRequest>([
  [
    syncId.stat,
    async ({ android, send }, path) => {
      const stat = android.files.lstat(path);
      await send(encodeStat(stat.ok ? stat.value : undefined));
      return true;
    },
  ],
  [
    syncId.stat2,
    async (session, path) => await answerStat(session, syncId.stat2, session.android.files.stat(path)),
  ],
  [
    syncId.lstat2,
    async (session, path) => await answerStat(session, syncId.lstat2, session.android.files.lstat(path)),
  ],
  [syncId.list, async (session, path) => await answerList(session, path, encodeEntry)],
  [syncId.list2, async (session, path) => await answerList(session, path, encodeEntry2)],
  [syncId.receive, sendFile],
  [syncId.send, receiveFile],
]);

async function answerStat({ send }: SyncSession, id: number, stat: FileResult<FileStat>): Promise<boolean> {
  await send(encodeStat2(id, stat.ok ? { stat: stat.value } : { error: errnoNumber[stat.errno] }));
  return true;
}

/** A directory that cannot be read lists nothing, as adbd does. */
async function answerList(
  { android: { files }, send }: SyncSession,
  path: string,
  encode: (entry: { stat: FileStat; name: string } | undefined) => Uint8Array,
): Promise<boolean> {
  const listed = files.list(path);
  if (listed.ok) {
    for (const name of [".", ".."]) {
      const stat = files.stat(`${path}/${name}`);
      if (stat.ok) await send(encode({ name, stat: stat.value }));
    }
    for (const entry of listed.value) await send(encode(entry));
  }
  await send(encode(undefined));
  return true;
}

async function sendFile({ android: { files }, send }: SyncSession, path: string): Promise<boolean> {
  const parts = files.readParts(path);
  if (!parts.ok) {
    const step = parts.errno === "EISDIR" ? "read failed" : "open failed";
    await send(encodeFail(`${step}: ${errnoText[parts.errno]}`));
    return false;
  }
  let waiting: Uint8Array[] = [];
  for (const part of parts.value) {
    for (let at = 0; at < part.byteLength; at += maxDataLength) {
      waiting.push(encodeData(part.subarray(at, at + maxDataLength)));
      if (waiting.length < dataInSocket) continue;
      await send(concatenate(waiting));
      waiting = [];
    }
  }
  await send(concatenate([...waiting, encodeIdAndNumber(syncId.done, 0)]));
  return true;
}

/** As many DATA as lie in the socket between adbd's file service and its stream: they leave as one WRTE. */
const dataInSocket = 3;
