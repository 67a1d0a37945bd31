import type { AdbCredentialStore, AdbPrivateKey } from "@yume-chan/adb";

/** One key for all phones, although many ask for the first one at the same time. */
export function makeSharedKeys(store: AdbCredentialStore): AdbCredentialStore {
  let first: Promise<AdbPrivateKey> | undefined;

  async function readOrGenerate(): Promise<AdbPrivateKey> {
    for await (const key of store.iterateKeys()) return key;
    return store.generateKey();
  }
  function firstKey(): Promise<AdbPrivateKey> {
    first ??= readOrGenerate().catch((error: unknown) => {
      first = undefined;
      throw error;
    });
    return first;
  }

  return {
    generateKey: firstKey,
    iterateKeys: async function* () {
      await firstKey();
      yield* store.iterateKeys();
    },
  };
}
