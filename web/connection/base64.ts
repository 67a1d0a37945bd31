interface MaybeBase64 {
  /** In Chrome since 140, in Node since 25. */
  toBase64?(): string;
}

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array & MaybeBase64): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64();
  const pieces: string[] = [];
  // Piecewise: a call may not have more arguments than the stack carries.
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(pieces.join(""));
}
