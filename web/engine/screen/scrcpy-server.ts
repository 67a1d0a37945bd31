import type { AdbTransport } from "@yume-chan/adb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { pushFile, sizeOfFile } from "../device/adb-files.ts";

/** Not scrcpy's usual name: a scrcpy on a desktop would remove ours when it ends. */
export const serverPath = "/data/local/tmp/tabfarm-scrcpy-server.jar";

/** The server program that is uploaded to phones; rejects when it cannot be had. */
export type ServerProgram = () => Promise<Uint8Array>;

/** Fetches the program once for all phones, again only after a failure. */
export function makeServerProgram(url: string | URL, fetchFrom: typeof fetch = fetch): ServerProgram {
  let program: Promise<Uint8Array> | undefined;
  const load = async (): Promise<Uint8Array> => {
    const response = await fetchFrom(url, { signal: AbortSignal.timeout(15_000) });
    if (!response.ok)
      throw new Error(`the scrcpy server program answers ${response.status} at ${String(url)}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A web server that answers every address with its page would have us push HTML to the phone.
    if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new Error(`no scrcpy server program at ${String(url)}`);
    return bytes;
  };
  return () => {
    program ??= load().catch((error: unknown) => {
      program = undefined;
      throw error;
    });
    return program;
  };
}

/** Puts the program on the phone unless one of that size is there. Asked before every start: Android may clean up too. */
export async function uploadServer(transport: AdbTransport, program: Uint8Array): Promise<void> {
  if ((await sizeOfFile(transport, serverPath)) === BigInt(program.length)) return;
  await pushFile(transport, serverPath, streamOf(program));
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
