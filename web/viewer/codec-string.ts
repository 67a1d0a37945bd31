const spsType = 7;

/**
 * What WebCodecs calls the H.264 in a key packet, e.g. `avc1.42E01F`: profile, constraints and level are the first three
 * bytes of its SPS. Undefined when there is none.
 */
export function codecStringOf(annexB: Uint8Array): string | undefined {
  for (let at = 0; at + 6 < annexB.length; at += 1) {
    if (annexB[at] !== 0 || annexB[at + 1] !== 0 || annexB[at + 2] !== 1) continue;
    if (((annexB[at + 3] ?? 0) & 0x1f) !== spsType) continue;
    const digits = Array.from(annexB.subarray(at + 4, at + 7), (byte) => byte.toString(16).padStart(2, "0"));
    return `avc1.${digits.join("").toUpperCase()}`;
  }
  return undefined;
}
