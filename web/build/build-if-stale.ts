import { globSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** `npm start` on a fresh clone, or after the sources changed, builds first; otherwise this costs a few stats. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = [
  "{web,protocol,phone}/**/*.{ts,tsx,css,html,wasm}",
  "public/**/*",
  "vite.config.ts",
  "package-lock.json",
];
const pages = ["dist/web/index.html", "dist/web/demo.html"];

function changedMs(path: string): number {
  return statSync(root + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const isTest = (path: string): boolean => path.includes(".test.") || path.startsWith("web/e2e");
const newestSourceMs = Math.max(
  ...globSync(sources, { cwd: root })
    .filter((path) => !isTest(path))
    .map(changedMs),
);
const builtMs = Math.min(...pages.map(changedMs));

if (builtMs < newestSourceMs) {
  process.stdout.write("Building the web app…\n");
  try {
    await build({ root: `${root}web`, configFile: `${root}vite.config.ts`, logLevel: "silent" });
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    // The bundler puts the stack into the message; whoever builds wants the reason.
    process.stderr.write(`tabfarm: ${message.replaceAll(/\n\s+at .*/g, "")}\n`);
    process.exitCode = 1;
  }
}
