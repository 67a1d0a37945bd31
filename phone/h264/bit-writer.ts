/** Writes the bits of one NAL unit's payload (an RBSP), most significant first. */
export interface BitWriter {
  /** Bits written since the start. */
  readonly length: number;
  /** @param bits at most 24 */
  put(value: number, bits: number): void;
  /** `ue(v)`: unsigned Exp-Golomb (9.1). */
  putUnsigned(value: number): void;
  /** `se(v)`: signed Exp-Golomb (9.1.1). */
  putSigned(value: number): void;
  /** Ends the payload and gives it as a NAL unit in Annex B; the writer is empty again. */
  takeNalUnit(header: number): Uint8Array;
}

export function makeBitWriter(): BitWriter {
  let bytes = new Uint8Array(64 * 1024);
  let filled = 0;
  let rest = 0;
  let restBits = 0;

  function put(value: number, bits: number): void {
    rest = (rest << bits) | value;
    restBits += bits;
    while (restBits >= 8) {
      restBits -= 8;
      if (filled === bytes.length) grow();
      bytes[filled] = rest >>> restBits;
      filled += 1;
    }
    rest &= (1 << restBits) - 1;
  }

  function grow(): void {
    const larger = new Uint8Array(bytes.length * 2);
    larger.set(bytes);
    bytes = larger;
  }

  function putUnsigned(value: number): void {
    const bits = 32 - Math.clz32(value + 1);
    if (bits > 1) put(0, bits - 1);
    put(value + 1, bits);
  }

  return {
    get length() {
      return filled * 8 + restBits;
    },
    put,
    putUnsigned,
    putSigned: (value) => putUnsigned(value > 0 ? value * 2 - 1 : value * -2),
    takeNalUnit(header) {
      put(1, 1);
      if (restBits > 0) put(0, 8 - restBits);
      const unit = escape(header, bytes.subarray(0, filled));
      filled = 0;
      return unit;
    },
  };
}

/** Start code, header, and the payload with a 3 wherever it would else look like a start code (7.4.1.1). */
function escape(header: number, payload: Uint8Array): Uint8Array {
  // At worst every third byte follows two zeros.
  const unit = new Uint8Array(5 + payload.length + Math.ceil(payload.length / 2));
  unit.set([0, 0, 0, 1, header]);
  let length = 5;
  let zeros = 0;
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) {
      unit[length] = 3;
      length += 1;
      zeros = 0;
    }
    unit[length] = byte;
    length += 1;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return unit.slice(0, length);
}
