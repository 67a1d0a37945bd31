import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { findPostgres } from "../supabase/testing/postgres.ts";

const run = promisify(execFile);

async function tableOf(name: string, options: Record<string, number>): Promise<string[]> {
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
  const { stdout } = await run(process.execPath, [script, ...args]);
  return stdout.trimEnd().split("\n");
}

function expectTable(lines: string[], rows: readonly RegExp[]): void {
  for (const row of rows) expect(lines).toContainEqual(expect.stringMatching(row));
  expect(lines.join()).not.toContain("NaN");
  expect(lines.at(-1)).toMatch(/cores.*node v24.*load/);
}

/** With a load that measures nothing and takes seconds. */
describe("each benchmark prints its table, and what machine it is of", () => {
  test.concurrent.each([
    ["forward", { smoke: 1, seconds: 0.3, rounds: 1 }, [/media : bare/, /^10 +1 /, /^10 +2 /]],
    ["commands", { seconds: 0.2, rounds: 1, workers: 1, many: 4 }, [/round trips/, /^1 +relay/, /^4 +ratio/]],
    ["fleet", { workers: 10, seconds: 1 }, [/heartbeats/, /^relay/, /^bare Socket.IO/, /^ratio/]],
    ["slow-viewer", { smoke: 1, seconds: 1 }, [/growth MB/, /^\/media, H.264/, /^bare ws/]],
  ] as const)("bench:%s", { timeout: 120_000 }, async (name, options, rows) =>
    expectTable(await tableOf(name, options), rows),
  );

  test.skipIf(findPostgres() === undefined)("bench:fallback", { timeout: 120_000 }, async () =>
    expectTable(await tableOf("fallback", { largest: 100, seconds: 1 }), [/^100 .* usual/, /^100 .* worst/]),
  );
});
