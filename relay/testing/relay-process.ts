import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProbed, type ProbedProcess } from "./probed-process.ts";
import { testTokens } from "./test-farm.ts";

/** The relay as an operator starts it, in a process of its own. */
export interface RelayProcess extends ProbedProcess {
  url: string;
  port: number;
}

const main = new URL("../main.ts", import.meta.url);

/** Resolves when it listens, with the tokens of the tests. Port 0 takes a free one. */
export async function startRelayProcess(
  dataDir: string,
  port = 0,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<RelayProcess> {
  const relay = startProbed(main, ["--port", String(port), "--data", dataDir, ...args], {
    TABFARM_WORKER_TOKEN: testTokens.worker,
    TABFARM_DASHBOARD_TOKEN: testTokens.dashboard,
    ...env,
  });
  const url = new URL(await relay.printed(/https?:\/\/\S+(?=\/dashboard#)/)).origin;
  return { ...relay, url, port: Number(new URL(url).port) };
}

/** A data folder that is gone when the run is over. */
export async function withDataDir<T>(run: (dataDir: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "tabfarm-load-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
