import type { PublicKey } from "./public-key.ts";
import { isSignedBy } from "./signature.ts";

/** The computers a phone lets in: what `/data/misc/adb/adb_keys` is on Android. */
export interface KeyRing {
  /** Whether a remembered key made this signature. */
  hasSigned(token: Uint8Array, signature: Uint8Array): boolean;
  remember(key: PublicKey): void;
  /** Forgets every computer. */
  clear(): void;
}

export function makeKeyRing(): KeyRing {
  const keys = new Map<string, PublicKey>();
  return {
    hasSigned: (token, signature) => [...keys.values()].some((key) => isSignedBy(key, token, signature)),
    remember: (key) => void keys.set(key.base64, key),
    clear: () => keys.clear(),
  };
}
