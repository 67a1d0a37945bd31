import { expect, test } from "vitest";
import { fuzzProcess, type MemorySample } from "./testing/fuzz/fuzz-process.ts";
import { withDataDir } from "./testing/relay-process.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const messages = Number(process.env["MESSAGES"] ?? 200_000);
/** What the second half may add to the memory in use. A leak of 100 bytes a message would be ten. */
const mostGrowthMb = 5;
/** What the allocator may keep of what giant messages took. */
const mostRssMb = 500;

test(
  `${messages} messages of nonsense (seed ${seed}) break nothing and cost no memory`,
  { timeout: 900_000 },
  () =>
    withDataDir(async (dataDir) => {
      const startedAtMs = performance.now();
      const { memory, ...fuzzed } = await fuzzProcess(dataDir, seed, messages);
      process.stdout.write(
        [
          `seed ${seed}: ${fuzzed.sent} messages in ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`,
          JSON.stringify(Object.fromEntries(fuzzed.outcomes)),
          ...memory.map(lineOf),
          "",
        ].join("\n"),
      );
      expect(fuzzed).toMatchObject({ complaints: new Set(), bugs: [], hasSurvived: true });
      const half = memory.filter(({ share }) => share > 0.5);
      const quarter = Math.ceil(half.length / 2);
      expect(least(half.slice(quarter)) - least(half.slice(0, quarter))).toBeLessThan(mostGrowthMb);
      expect(memory.at(-1)?.rssMb).toBeLessThan(mostRssMb);
    }),
);

function least(samples: MemorySample[]): number {
  return Math.min(...samples.map(({ heapMb }) => heapMb));
}

function lineOf({ share, heapMb, rssMb }: MemorySample): string {
  return `${(share * 100).toFixed(0).padStart(3)} %: ${heapMb.toFixed(1)} MB of heap in use, ${rssMb.toFixed(0)} MB in all`;
}
