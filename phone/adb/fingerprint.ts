import { md5 } from "@noble/hashes/legacy.js";
import { decodeBase64, type PublicKey } from "./public-key.ts";

/** What Android's "Allow USB debugging?" shows: MD5 of the binary key, `AB:CD:…` (AOSP `AdbDebuggingManager`). */
export function fingerprint(key: PublicKey): string {
  const digest = md5(decodeBase64(key.base64) ?? new Uint8Array());
  return Array.from(digest, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(":");
}
