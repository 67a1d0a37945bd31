import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("every rule of SPEC.md is named by the title of a test", () => {
  const spec = readFileSync(`${root}protocol/SPEC.md`, "utf8");
  const rules = [...spec.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map((match) => match[1]);
  const tests = globSync("{protocol,relay,phone,web}/**/*.test.{ts,tsx}", { cwd: root });
  const titles = tests
    .flatMap((file) => readFileSync(root + file, "utf8").split("\n"))
    .filter((line) => /\b(test|it|describe)\b/.test(line) || /^\s*["'`]\[/.test(line))
    .join("\n");
  const named = new Set(
    [...titles.matchAll(/\[([A-Z]\d+(?:, ?[A-Z]\d+)*)\]/g)].flatMap((m) => m[1]?.split(/, ?/)),
  );
  expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  expect([...named].filter((rule) => !rules.includes(rule))).toEqual([]);
});
