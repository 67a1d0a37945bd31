import { expect, test } from "vitest";
import { runFaults } from "./testing/faults/fault-run.ts";
import { judge } from "./testing/faults/judge.ts";
import { withDataDir } from "./testing/relay-process.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const kills = Number(process.env["KILLS"] ?? 50);

test(
  `killed ${kills} times, the relay finishes what it accepted, once, and has it on record`,
  { timeout: 600_000 },
  () =>
    withDataDir(async (dataDir) => {
      const run = await runFaults({ dataDir, seed, kills });
      const accepted = run.commands.filter(({ state }) => state === "accepted");
      const ends = accepted.flatMap((command) =>
        [...command.ends.values()].flatMap(([end]) => end?.status ?? []),
      );
      const completed = ends.filter((status) => status === "completed").length;
      process.stdout.write(
        `seed ${seed}: ${kills} kills, ${run.drops} drops and reloads, ${run.commands.length} commands, ${accepted.length} accepted, ` +
          `${completed} of ${ends.length} targets completed, ${run.executions.size} executions\n`,
      );
      expect(judge(run)).toEqual([]);
      expect(completed).toBeGreaterThan(ends.length / 4);
    }),
);
