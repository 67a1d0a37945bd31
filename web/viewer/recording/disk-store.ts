import type { RecordingStore } from "./recording-store.ts";

const folder = "recordings";
/** Held for as long as this thread lives, so that others know whose files are nobody's any more. */
const lockOf = (owner: string) => `tabfarm.recordings.${owner}`;

/**
 * The browser's own files of this site: a recording is on the disk as it comes, however long it is. Undefined where there
 * are none, as on plain http. `owner` is a name of this thread's own.
 */
export async function openDiskStore(owner: string): Promise<RecordingStore | undefined> {
  // Outside of secure contexts there is no `storage`, whatever its type says.
  const storage = navigator.storage as StorageManager | undefined;
  if (storage?.getDirectory === undefined) return undefined;
  try {
    const root = await storage.getDirectory();
    const all = await root.getDirectoryHandle(folder, { create: true });
    await hold(lockOf(owner));
    await removeOrphans(all);
    const own = await all.getDirectoryHandle(owner, { create: true });
    return storeIn(own, storage);
  } catch {
    // Private windows of some browsers refuse.
    return undefined;
  }
}

function storeIn(own: FileSystemDirectoryHandle, storage: StorageManager): RecordingStore {
  let files = 0;
  return {
    async room() {
      const { quota = 0, usage = 0 } = await storage.estimate();
      return quota - usage;
    },
    async open() {
      files += 1;
      const name = `${files}.mp4`;
      const handle = await own.getFileHandle(name, { create: true });
      const access = await handle.createSyncAccessHandle();
      return {
        write(data, position) {
          if (access.write(data, { at: position }) < data.byteLength) throw new Error("the disk is full");
        },
        async close() {
          access.close();
          return handle.getFile();
        },
        async discard() {
          access.close();
          await own.removeEntry(name);
        },
      };
    },
  };
}

function hold(lock: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const forever = () => {
      resolve();
      return new Promise(() => {});
    };
    navigator.locks.request(lock, forever).catch(reject);
  });
}

/** What threads that are gone have left, because their tab was closed. */
async function removeOrphans(all: FileSystemDirectoryHandle): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const alive = new Set(held.map(({ name }) => name));
  for await (const owner of all.keys()) {
    // One that is just ending may still have a file open; whoever comes next removes it.
    if (!alive.has(lockOf(owner))) await all.removeEntry(owner, { recursive: true }).catch(() => undefined);
  }
}
