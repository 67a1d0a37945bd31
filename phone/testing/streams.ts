import { concatenate } from "../../protocol/concatenate.ts";

/** What the platform's streams and Tango's have in common. */
export interface ByteSource {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; releaseLock(): void };
}

/** A stream of these parts and then its end. */
export function streamOf(...parts: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

/** All bytes until the stream ends. */
export async function readToEnd(source: ByteSource): Promise<Uint8Array> {
  return await readAtLeast(source, Infinity);
}

/** All bytes until there are so many, or the stream ends. */
export async function readAtLeast(source: ByteSource, length: number): Promise<Uint8Array> {
  const reader = source.getReader();
  const parts: Uint8Array[] = [];
  for (let got = 0; got < length;) {
    const { value } = await reader.read();
    if (!value) break;
    parts.push(value);
    got += value.byteLength;
  }
  reader.releaseLock();
  return concatenate(parts);
}

export async function readText(source: ByteSource): Promise<string> {
  return new TextDecoder().decode(await readToEnd(source));
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
