import { expect, test } from "vitest";
import { runFaults } from "./testing/faults/fault-run.ts";
import { judge } from "./testing/faults/judge.ts";
import { withDataDir } from "./testing/relay-process.ts";

/** The slow suite kills it fifty times. */
test(
  "[C4, C5, C6, R1] killed under load, the relay finishes what it accepted, once, and has it on record",
  { timeout: 300_000 },
  () =>
    withDataDir(async (dataDir) => {
      const run = await runFaults({ dataDir, seed: 2, kills: 3 });
      expect(judge(run)).toEqual([]);
      expect(run.commands.filter(({ state }) => state === "accepted").length).toBeGreaterThan(20);
    }),
);
