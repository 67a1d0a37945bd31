import type { CommandAck } from "../../../protocol/command.ts";
import { memoryKey, rememberedCommands, withoutLargeResult, type CommandMemory } from "./command-memory.ts";

const storeName = "commands";
/** Counting the rows costs more than writing one, so it is done once in so many. */
const sweepEvery = 200;

interface Row {
  key: string;
  atMs: number;
  ack: CommandAck;
}

/** `CommandMemory` that survives a reload. */
export function makeIndexedDbCommandMemory(factory: IDBFactory): CommandMemory {
  let opening: Promise<IDBDatabase> | undefined;
  let untilSweep = 1;

  function open(): Promise<IDBDatabase> {
    opening ??= openDatabase(factory).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  return {
    recall: async (commandId, deviceId) => {
      const store = (await open()).transaction(storeName, "readonly").objectStore(storeName);
      const row = await settled<Row | undefined>(store.get(memoryKey(commandId, deviceId)));
      return row?.ack;
    },
    remember: async (ack) => {
      const transaction = (await open()).transaction(storeName, "readwrite");
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
    },
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
