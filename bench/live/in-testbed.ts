import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { testbedObstacle } from "../../web/e2e/usb/suites.ts";

/** Pages from here may use every phone of the testbed. */
export const grantedPort = 8787;
const mark = "TABFARM_BENCH_IN_TESTBED";

/**
 * Runs the benchmark again inside the USB testbed, and ends with it: phones are a process of their own there, on the other
 * side of a cable, so that what they cost is nobody else's. Returns when it is inside.
 */
export function enterTestbed(script: string): void {
  if (process.env[mark] !== undefined) return;
  const obstacle = testbedObstacle();
  if (obstacle !== undefined) {
    process.stderr.write(`this needs the USB testbed: ${obstacle}\n`);
    process.exit(69);
  }
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const origin = `http://127.0.0.1:${grantedPort}`;
  const args = ["--net", "--origin", origin, "--", process.execPath, fileURLToPath(script)];
  const { status } = spawnSync(`${root}phone/testbed/run`, [...args, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, [mark]: "1" },
  });
  process.exit(status ?? 1);
}
