import type { CommandAck } from "../../../protocol/command.ts";
import { withTimeLimit } from "../time-limit.ts";
import { memoryKey, rememberedCommands, withoutLargeResult, type CommandMemory } from "./command-memory.ts";

const storeName = "commands";
/** Counting the rows costs more than writing one, so it is done once in so many. */
const sweepEvery = 200;
const limitMs = 2000;
const restMs = 60_000;

interface Row {
  key: string;
  atMs: number;
  ack: CommandAck;
}

/** `CommandMemory` that survives a reload. */
export function makeIndexedDbCommandMemory(factory: IDBFactory): CommandMemory {
  let opening: Promise<IDBDatabase> | undefined;
  let untilSweep = 1;
  let restUntilMs = Number.NEGATIVE_INFINITY;

  /**
   * Every command waits for this. Storage that hangs, or whose connection the browser closed (a full disk, a cleared
   * profile), is opened anew, but not before a while: else each tap would wait for it.
   */
  async function withDatabase<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    if (performance.now() < restUntilMs) throw new Error("IndexedDB failed a moment ago");
    opening ??= openDatabase(factory);
    const present = opening;
    try {
      return await withTimeLimit("IndexedDB", limitMs, present.then(work));
    } catch (error) {
      restUntilMs = performance.now() + restMs;
      if (opening === present) opening = undefined;
      present.then((database) => database.close()).catch(() => undefined);
      throw error;
    }
  }

  return {
    recall: (commandId, deviceId) =>
      withDatabase(async (database) => {
        const store = database.transaction(storeName, "readonly").objectStore(storeName);
        const row = await settled<Row | undefined>(store.get(memoryKey(commandId, deviceId)));
        return row?.ack;
      }),
    remember: (ack) =>
      withDatabase(async (database) => {
        const transaction = database.transaction(storeName, "readwrite");
        const store = transaction.objectStore(storeName);
        const row: Row = {
          key: memoryKey(ack.command_id, ack.device_id),
          atMs: Date.now(),
          ack: withoutLargeResult(ack),
        };
        store.put(row);
        untilSweep -= 1;
        if (untilSweep === 0) {
          untilSweep = sweepEvery;
          await forgetOldest(store);
        }
        await finished(transaction);
      }),
  };
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open("tabfarm-commands", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: "key" }).createIndex("atMs", "atMs");
  };
  return settled(request);
}

async function forgetOldest(store: IDBObjectStore): Promise<void> {
  let excess = (await settled(store.count())) - rememberedCommands;
  if (excess <= 0) return;
  const cursors = store.index("atMs").openCursor();
  cursors.onsuccess = () => {
    const cursor = cursors.result;
    if (cursor === null || excess <= 0) return;
    cursor.delete();
    excess -= 1;
    cursor.continue();
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error("IndexedDB failed"));
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave up"));
  });
}
