import { parseArgs } from "node:util";
import { fail, succeed, type Result } from "../protocol/fault.ts";

/** What the operator may choose. Tokens that are not given are generated and kept in the data folder. */
export interface Options {
  host: string;
  port: number;
  dataDir: string;
  workerToken?: string;
  dashboardToken?: string;
  isHelpAsked: boolean;
}

export const helpText = `Tabfarm's relay: serves the web app and connects workers with dashboards.

Usage: npm start -- [options]

  --host <address>  address to listen on   (TABFARM_HOST, default 127.0.0.1)
  --port <number>   port, 0 for any        (TABFARM_PORT, default 8787)
  --data <folder>   store and tokens       (TABFARM_DATA, default ./data)
  --help            this text

TABFARM_WORKER_TOKEN and TABFARM_DASHBOARD_TOKEN set the tokens instead of generated ones.
`;

/** Options beat the environment, the environment beats the defaults. A failure is bad usage, in one line. */
export function readOptions(args: string[], env: Record<string, string | undefined>): Result<Options> {
  const given = readArguments(args);
  if (!given.ok) return given;
  const { host, port, data, help } = given.value;
  const portText = port ?? fromEnv(env, "TABFARM_PORT") ?? "8787";
  if (!/^\d{1,5}$/.test(portText) || Number(portText) > 65_535) {
    return fail("INVALID_PAYLOAD", `port must be a number from 0 to 65535, not "${portText}"`);
  }
  const hostText = host ?? fromEnv(env, "TABFARM_HOST") ?? "127.0.0.1";
  const dataDir = data ?? fromEnv(env, "TABFARM_DATA") ?? "./data";
  if (hostText === "") return fail("INVALID_PAYLOAD", "--host must not be empty");
  if (dataDir === "") return fail("INVALID_PAYLOAD", "--data must not be empty");
  const workerToken = fromEnv(env, "TABFARM_WORKER_TOKEN");
  const dashboardToken = fromEnv(env, "TABFARM_DASHBOARD_TOKEN");
  return succeed({
    host: hostText.replace(/^\[(.*)\]$/, "$1"),
    port: Number(portText),
    dataDir,
    isHelpAsked: help === true,
    ...(workerToken === undefined ? {} : { workerToken }),
    ...(dashboardToken === undefined ? {} : { dashboardToken }),
  });
}

function readArguments(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        host: { type: "string" },
        port: { type: "string" },
        data: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    return succeed(values);
  } catch (failure) {
    const [firstLine = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
    return fail("INVALID_PAYLOAD", firstLine);
  }
}

/** An empty variable is one that is not set. */
function fromEnv(env: Record<string, string | undefined>, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}
