/** The part of a stream reader that `readBounded` needs. */
export interface ByteReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
}

export interface BoundedOutput {
  bytes: Uint8Array;
  isTruncated: boolean;
}

/** Reads to the end, keeping the first `limitBytes`: a stream that nobody reads would hold up the whole device. */
export async function readBounded(reader: ByteReader, limitBytes: number): Promise<BoundedOutput> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isTruncated = false;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const chunk = part.value;
    if (chunk === undefined) continue;
    const kept = chunk.subarray(0, limitBytes - length);
    isTruncated ||= kept.length < chunk.length;
    if (kept.length === 0) continue;
    chunks.push(kept);
    length += kept.length;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return { bytes, isTruncated };
}
