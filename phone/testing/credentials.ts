import type { AdbCredentialStore, AdbPrivateKey } from "@yume-chan/adb";

/** Keys in memory, made by WebCrypto as a browser would. */
export function makeCredentials(name = "farm@test"): AdbCredentialStore & { keys: AdbPrivateKey[] } {
  const keys: AdbPrivateKey[] = [];
  return {
    keys,
    iterateKeys: () => keys,
    async generateKey() {
      const pair = await crypto.subtle.generateKey(
        {
          name: "RSASSA-PKCS1-v1_5",
          modulusLength: 2048,
          publicExponent: Uint8Array.of(1, 0, 1),
          hash: "SHA-1",
        },
        true,
        ["sign", "verify"],
      );
      const key = { buffer: new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)), name };
      keys.push(key);
      return key;
    },
  };
}
