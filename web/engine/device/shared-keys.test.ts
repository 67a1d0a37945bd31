import type { AdbPrivateKey } from "@yume-chan/adb";
import { expect, test } from "vitest";
import { makeSharedKeys } from "./shared-keys.ts";

async function readAll(
  keys: AsyncIterable<AdbPrivateKey> | Iterable<AdbPrivateKey>,
): Promise<AdbPrivateKey[]> {
  const read: AdbPrivateKey[] = [];
  for await (const key of keys) read.push(key);
  return read;
}

test("one key is made although many phones ask for the first one at once", async () => {
  const stored: AdbPrivateKey[] = [];
  const keys = makeSharedKeys({
    iterateKeys: () => stored.values(),
    generateKey: async () => {
      await Promise.resolve();
      const key = { buffer: new Uint8Array([stored.length]), name: "farm" };
      stored.push(key);
      return key;
    },
  });
  const seen = await Promise.all([1, 2, 3].map(async () => readAll(keys.iterateKeys())));
  expect(stored).toHaveLength(1);
  expect(seen).toEqual([stored, stored, stored]);
});

test("a key that could not be made is tried again", async () => {
  let attempts = 0;
  const key: AdbPrivateKey = { buffer: new Uint8Array([7]) };
  const keys = makeSharedKeys({
    iterateKeys: () => [],
    generateKey: () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error("no storage")) : key;
    },
  });
  await expect(keys.generateKey()).rejects.toThrow("no storage");
  await expect(keys.generateKey()).resolves.toBe(key);
});
