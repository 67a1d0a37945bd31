import type { PublicKey } from "./public-key.ts";

/**
 * DER of `DigestInfo { AlgorithmIdentifier { SHA-1, NULL }, OCTET STRING (20) }` without the 20 bytes (RFC 8017, 9.2).
 * ADB's token takes the digest's place as it is: peers sign it "already hashed", so WebCrypto cannot check it.
 */
// prettier-ignore
const sha1DigestInfo = Uint8Array.of(
  0x30, 0x21, // SEQUENCE, 33 bytes
  0x30, 0x09, // SEQUENCE, 9 bytes
  0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, // OID 1.3.14.3.2.26: SHA-1
  0x05, 0x00, // NULL
  0x04, 0x14, // OCTET STRING, 20 bytes
);

/** Whether `signature` is the key's RSASSA-PKCS1-v1_5 signature of the 20-byte `token`; every byte of the padding counts. */
export function isSignedBy(key: PublicKey, token: Uint8Array, signature: Uint8Array): boolean {
  if (signature.byteLength !== key.lengthBytes) return false;
  const s = bytesToBigInt(signature);
  if (s >= key.n) return false;
  return modPow(s, key.e, key.n) === bytesToBigInt(padded(token, key.lengthBytes));
}

/** EMSA-PKCS1-v1_5: 00 01 FF … FF 00 DigestInfo token. */
export function padded(token: Uint8Array, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes).fill(0xff);
  const infoAt = lengthBytes - token.byteLength - sha1DigestInfo.byteLength;
  bytes[0] = 0;
  bytes[1] = 1;
  bytes[infoAt - 1] = 0;
  bytes.set(sha1DigestInfo, infoAt);
  bytes.set(token, lengthBytes - token.byteLength);
  return bytes;
}

function bytesToBigInt(bytes: Uint8Array): bigint {
  let hex = "0x";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}

/** Fast enough (about a millisecond) because public exponents are short; never used with a secret. */
function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
