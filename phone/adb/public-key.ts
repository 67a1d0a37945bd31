/** An RSA public key as ADB peers send it. */
export interface PublicKey {
  /** Modulus. */
  n: bigint;
  /** Exponent: 65537, or 3 in very old keys. */
  e: bigint;
  /** Size of the modulus, and so of every signature. */
  lengthBytes: number;
  /** What follows the key, usually `user@host`. */
  name: string;
  /** Base64 as it was sent: what is remembered and fingerprinted. */
  base64: string;
}

/**
 * Reads the payload of AUTH(RSAPUBLICKEY): base64 of Android's mincrypt key (AOSP `libcrypto_utils/android_pubkey.cpp`),
 * then perhaps a space and a name, then a zero byte. Undefined when it is no such key. The binary is little endian:
 *
 *       0  modulus size in 32-bit words: 64
 *       4  -1 / n[0] mod 2^32            (Montgomery, not needed here)
 *       8  modulus, 256 bytes
 *     264  R^2 mod n, 256 bytes          (Montgomery, not needed here)
 *     520  exponent
 */
export function decodePublicKey(payload: Uint8Array): PublicKey | undefined {
  const end = payload.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? payload : payload.subarray(0, end));
  const [base64 = "", ...rest] = text.split(" ");
  const bytes = decodeBase64(base64);
  if (!bytes || bytes.byteLength !== keyLength) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== modulusLength / 4) return undefined;
  return {
    n: littleEndianToBigInt(bytes.subarray(8, 8 + modulusLength)),
    e: BigInt(view.getUint32(8 + 2 * modulusLength, true)),
    lengthBytes: modulusLength,
    name: rest.join(" ").trim(),
    base64,
  };
}

/** Every ADB key has 2048 bits. */
const modulusLength = 256;
const keyLength = 4 + 4 + modulusLength + modulusLength + 4;

export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function littleEndianToBigInt(bytes: Uint8Array): bigint {
  let hex = "";
  for (const byte of bytes) hex = byte.toString(16).padStart(2, "0") + hex;
  return BigInt(`0x${hex}`);
}
