import { parseArgs } from "node:util";

/** A benchmark's options, all of them numbers: `--seconds 5`. What it is not told is as it is given here. */
export function numberOptions<const Defaults extends Record<string, number>>(
  defaults: Defaults,
): Record<keyof Defaults, number> {
  const { values } = parseArgs({
    options: Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: "string" as const }])),
  });
  const given = Object.entries(values).map(([name, text]) => [name, Number(text)]);
  return { ...defaults, ...Object.fromEntries(given) };
}
