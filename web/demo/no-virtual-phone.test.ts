import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { faultTable } from "../../phone/fault-table.ts";
import { demoModels } from "../../phone/models.ts";

/** What works with a virtual phone works with a real one, because the product cannot tell which it has. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const imports = /(?:from\s*|import\s*\(?\s*|new URL\(\s*)"(\.[^"]+)"/g;

/** Every file that this one brings along, itself included, relative to the project. */
function reached(entry: string, seen = new Set<string>()): Set<string> {
  const path = resolve(root, entry);
  const name = relative(root, path);
  if (seen.has(name) || !/\.tsx?$/.test(name)) return seen;
  seen.add(name);
  for (const [, target = ""] of readFileSync(path, "utf8").matchAll(imports))
    reached(join(dirname(path), target), seen);
  return seen;
}

const isPhone = (path: string): boolean => path.startsWith("phone/");

test("the walk finds what is imported, however deep", () => {
  expect([...reached("web/demo/main.tsx")]).toContain("phone/models.ts");
  expect([...reached("web/demo/main.tsx")]).toContain("phone/adb/packet.ts");
  expect([...reached("web/page/main.tsx")]).toContain("web/engine/usb/fleet.ts");
});

test.each(["relay/main.ts", "web/page/main.tsx", "web/engine/main.ts"])(
  "nothing that %s brings along is of a virtual phone",
  (entry) => {
    expect([...reached(entry)].filter(isPhone)).toEqual([]);
  },
);

const sources = globSync("{relay,web/engine}/**/*.ts", { cwd: root }).filter(
  (path) => !/\.test\.ts$|\/testing\//.test(path),
);
const names = demoModels.flatMap(({ serial, model, product }) => [serial, model, product]);
// "slow" and "zombie" are also what is wrong with a real phone; only compound names are the virtual one's own.
const faults = Object.keys(faultTable).filter((name) => name.includes("-"));

test("no source of engine or relay names a virtual phone, one of its models or one of its faults", () => {
  expect(sources.length).toBeGreaterThan(50);
  const told = sources.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8").toLowerCase();
    const words = ["virtual", "simulat", "emulat", ...names, ...faults];
    return words.filter((word) => text.includes(word.toLowerCase())).map((word) => `${path}: ${word}`);
  });
  expect(told).toEqual([]);
});
