/** Takes a byte stream apart in pieces of known length, however it was cut on the way. */
export interface ByteReader {
  /** Exactly `length` bytes; undefined when the stream ends or breaks before. */
  readExactly(length: number): Promise<Uint8Array | undefined>;
  /** What there is next, at most so many bytes, as it came and not copied; undefined at the end. */
  readSome(most: number): Promise<Uint8Array | undefined>;
  /** Nobody wants the rest. */
  cancel(): void;
}

export function makeByteReader(readable: ReadableStream<Uint8Array>): ByteReader {
  const reader = readable.getReader();
  let pending: Uint8Array = new Uint8Array();

  async function readMore(): Promise<boolean> {
    while (pending.byteLength === 0) {
      const result = await reader.read().catch(() => undefined);
      if (!result || result.done) return false;
      pending = result.value;
    }
    return true;
  }

  function take(length: number): Uint8Array {
    const part = pending.subarray(0, length);
    pending = pending.subarray(part.byteLength);
    return part;
  }

  return {
    async readExactly(length) {
      if (pending.byteLength >= length) return take(length).slice();
      const whole = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        if (!(await readMore())) return undefined;
        const part = take(length - filled);
        whole.set(part, filled);
        filled += part.byteLength;
      }
      return whole;
    },
    readSome: async (most) => ((await readMore()) ? take(most) : undefined),
    // Rejects when the stream broke before, which is what the caller wants anyway.
    cancel: () => void reader.cancel().catch(() => undefined),
  };
}
