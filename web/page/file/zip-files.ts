import { Zip, ZipPassThrough } from "fflate";

export interface ZippedFile {
  /** Of any number of files with the same name, all but the first are numbered. */
  name: string;
  data: Blob;
  /** Unix milliseconds. */
  atMs: number;
}

const readBytes = 1_000_000;
/** What is finished is handed to the browser, which keeps a large blob on the disk. */
const heldBytes = 8_000_000;

/**
 * The files as one zip, stored as they are: pictures and videos do not become smaller. One piece of one file is in memory
 * at a time, and the page goes on in between. `onFile` hears how many files are in it, and its bytes so far.
 */
export async function zipFiles(
  files: Iterable<ZippedFile>,
  onFile: (count: number, bytes: number) => void = () => {},
): Promise<Blob> {
  const pieces: Blob[] = [];
  let held: Uint8Array<ArrayBuffer>[] = [];
  let sizeOfHeld = 0;
  let bytes = 0;
  let count = 0;
  const names = new Set<string>();
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    held.push(chunk);
    sizeOfHeld += chunk.byteLength;
    bytes += chunk.byteLength;
    if (sizeOfHeld >= heldBytes) letGo();
  });

  function letGo(): void {
    pieces.push(new Blob(held));
    held = [];
    sizeOfHeld = 0;
  }

  for (const { name, data, atMs } of files) {
    const entry = new ZipPassThrough(freeName(name, names));
    entry.mtime = atMs;
    zip.add(entry);
    for (let from = 0; from < data.size; from += readBytes) {
      entry.push(new Uint8Array(await data.slice(from, from + readBytes).arrayBuffer()));
    }
    entry.push(new Uint8Array(0), true);
    count += 1;
    onFile(count, bytes);
  }
  zip.end();
  letGo();
  return new Blob(pieces, { type: "application/zip" });
}

/** `a.png`, `a-2.png`, `a-3.png` … */
function freeName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
  }
  taken.add(free);
  return free;
}
