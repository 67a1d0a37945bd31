import type { AdbCredentialStore, AdbPrivateKey } from "@yume-chan/adb";
import { withTimeLimit } from "../time-limit.ts";

/** Storage that hangs once must not keep every phone out until somebody reloads the tab. Making a key takes a while too. */
const limitMs = 8000;

/** One key for all phones, although many ask for the first one at the same time. */
export function makeSharedKeys(store: AdbCredentialStore): AdbCredentialStore {
  let first: Promise<AdbPrivateKey> | undefined;

  async function readOrGenerate(): Promise<AdbPrivateKey> {
    for await (const key of store.iterateKeys()) return key;
    return store.generateKey();
  }
  function firstKey(): Promise<AdbPrivateKey> {
    first ??= withTimeLimit("reading the ADB key", limitMs, readOrGenerate()).catch((error: unknown) => {
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
