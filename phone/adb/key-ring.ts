import { decodePublicKey, type PublicKey } from "./public-key.ts";
import { isSignedBy } from "./signature.ts";

/** The computers a phone lets in: what `/data/misc/adb/adb_keys` is on Android. */
export interface KeyRing {
  /** Whether a remembered key made this signature. */
  hasSigned(token: Uint8Array, signature: Uint8Array): boolean;
  remember(key: PublicKey): void;
  /** Forgets every computer, as "Revoke USB debugging authorisations". */
  revokeAll(): void;
}

/** Starts with the given AUTH(RSAPUBLICKEY) payloads; those that are no keys are left out. */
export function makeKeyRing(known: readonly Uint8Array[] = []): KeyRing {
  const keys = new Map<string, PublicKey>();
  const remember = (key: PublicKey) => void keys.set(key.base64, key);
  for (const payload of known) {
    const key = decodePublicKey(payload);
    if (key) remember(key);
  }
  return {
    hasSigned: (token, signature) => [...keys.values()].some((key) => isSignedBy(key, token, signature)),
    remember,
    revokeAll: () => keys.clear(),
  };
}
