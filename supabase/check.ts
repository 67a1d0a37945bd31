import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { hostedProject, howToNameHosted } from "./testing/hosted-project.ts";
import { findPostgres, howToGetPostgres } from "./testing/postgres.ts";

/**
 * `npm run supabase:check [-- FILES]`: the migrations on an empty Postgres, and who may do what there. Installs
 * Debian's PostgreSQL where it may; where there is none, it fails.
 */

if (findPostgres() === undefined) install();
if (findPostgres() === undefined) {
  say(`no PostgreSQL 15 or newer, and nothing was checked: ${howToGetPostgres}`);
  process.exit(1);
}
// Fails before anything runs when only some of its variables are set.
const hosted = hostedProject();
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const child = spawn(
  process.execPath,
  [vitest, "run", "--project", "supabase", "--silent=passed-only", ...process.argv.slice(2)],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: "inherit",
  },
);
const [code] = await once(child, "exit");
say(hosted === undefined ? howToNameHosted : `run on ${hosted.url} too`);
process.exitCode = typeof code === "number" ? code : 1;

function install(): void {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return;
  say("installing postgresql (apt-get install)");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]]) {
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env });
  }
}

function say(line: string): void {
  process.stdout.write(`supabase:check: ${line}\n`);
}
