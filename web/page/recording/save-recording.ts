import { fileNameOf } from "../file/file-name.ts";
import { saveBlob } from "../file/save-blob.ts";
import { zipFiles } from "../file/zip-files.ts";
import { recordedBytes } from "./recording-words.ts";
import type { RecordingEntry } from "./recordings.ts";

/** A zip of more has sizes that do not fit into it. */
const mostZipBytes = 4_000_000_000;

/** One file is a download as it is, several are one zip: a browser asks before a page saves many. */
export async function saveRecording(entry: RecordingEntry, label: string): Promise<void> {
  const name = fileNameOf(label, entry.beganAtMs, "mp4");
  const files = entry.parts.map(({ file }) => ({ name, data: file, atMs: entry.beganAtMs }));
  if (files.length === 1 || recordedBytes(entry) > mostZipBytes) {
    for (const { data } of files) saveBlob(name, data);
    return;
  }
  saveBlob(fileNameOf(label, entry.beganAtMs, "zip"), await zipFiles(files));
}
