import { startRelayProcess } from "../relay-process.ts";
import { fuzz } from "./fuzz.ts";
import type { FuzzResult } from "./fuzz-result.ts";

/** What a relay in a process of its own holds after a garbage collection, when that share of the messages was sent. */
export interface MemorySample {
  share: number;
  heapMb: number;
  rssMb: number;
}

export interface FuzzedProcess extends FuzzResult {
  memory: MemorySample[];
  /** Lines of its log that own to a bug. */
  bugs: string[];
  hasSurvived: boolean;
}

export async function fuzzProcess(dataDir: string, seed: number, messages: number): Promise<FuzzedProcess> {
  const relay = await startRelayProcess(dataDir, 0, ["--behind-proxy"]);
  const memory: MemorySample[] = [];
  try {
    const result = await fuzz({
      url: relay.url,
      seed,
      messages,
      async onProgress(share) {
        const { heapBytes, rssBytes } = await relay.usageCollected();
        memory.push({ share, heapMb: heapBytes / 2 ** 20, rssMb: rssBytes / 2 ** 20 });
      },
    });
    const bugs = relay
      .output()
      .split("\n")
      .filter((line) => line.includes("bug:"));
    return { ...result, memory, bugs, hasSurvived: !relay.hasExited() };
  } finally {
    await relay.kill();
  }
}
