import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((m) => [
    m[1] ?? "",
    { light: m[2] ?? "", dark: m[3] ?? "" },
  ]),
);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const text = ["text", "text-2", "text-3", "accent", "ok", "warn", "bad", "busy"];
const pairs = [
  ...text.flatMap((front) => ["bg", "surface", "raised"].map((back) => [front, back] as const)),
  ...["text", "text-2", "text-3"].map((front) => [front, "sunken"] as const),
  ...["ok", "warn", "bad", "busy", "accent"].map((name) => [name, `${name}-soft`] as const),
  ["on-accent", "accent"] as const,
  ["text", "hover"] as const,
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  test.each(pairs)("%s is readable on %s", (front, back) => {
    expect(contrast(tokens.get(front)?.[theme] ?? "", tokens.get(back)?.[theme] ?? "")).toBeGreaterThan(4.5);
  });
  test("the edges of fields are seen", () => {
    const line = tokens.get("line-strong")?.[theme] ?? "";
    expect(contrast(line, tokens.get("surface")?.[theme] ?? "")).toBeGreaterThan(3);
  });
});
