import { sizeWords } from "../file/size-words.ts";
import { durationWords } from "./duration-words.ts";
import type { RecordingEntry } from "./recordings.ts";

/** e.g. `0:12 · 1.4 MB`, and what else is to be known. */
export function recordingWords(entry: RecordingEntry): string {
  const { state, progress, parts } = entry;
  if (state === "ended") {
    if (parts.length === 0) return "Nothing was recorded";
    const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
    return words(seconds, recordedBytes(entry), parts.length);
  }
  if (progress.state === "waiting") return "Waiting for a picture…";
  return words(progress.seconds, progress.bytes, progress.parts);
}

function words(seconds: number, bytes: number, files: number): string {
  const said = [durationWords(seconds), sizeWords(bytes)];
  if (files > 1) said.push(`${files} files`);
  return said.join(" · ");
}

export function recordedBytes({ parts }: RecordingEntry): number {
  return parts.reduce((sum, { file }) => sum + file.size, 0);
}
