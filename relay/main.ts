import { networkInterfaces } from "node:os";
import { setFlagsFromString } from "node:v8";
import { makeBanner } from "./banner.ts";
import { badUsage, exitWith, failure } from "./command-line/exit.ts";
import { isBuilt } from "./http/web-app.ts";
import { describeBug } from "./log.ts";
import { helpText, readOptions, type Options } from "./options.ts";
import { defaultWebDir, tryStartRelay } from "./start.ts";
import type { SupabaseProject } from "./supabase/project.ts";

const options = readOptions(process.argv.slice(2), process.env);
if (!options.ok) exitWith(`${options.fault.message} (--help lists the options)`, badUsage);
else if (options.value.start.isHelpAsked) process.stdout.write(helpText);
else await run(options.value);

async function run({ start, settings }: Options): Promise<void> {
  // What is read from the network is needed for a moment, and is large for the little that V8 sees of it: left to itself
  // V8 let it pile up until it collected the whole heap for it.
  setFlagsFromString("--minor-gc-task-trigger=20");
  const { host, port, dataDir, workerToken, dashboardToken, tlsCertificate, tlsKey } = start;
  const hasBootstrapTokens = !start.hasNoBootstrapTokens;
  const tls =
    tlsCertificate === undefined || tlsKey === undefined
      ? undefined
      : { certificate: tlsCertificate, key: tlsKey };
  const relay = await tryStartRelay({
    host,
    port,
    dataDir,
    tokens: {
      ...(workerToken === undefined ? {} : { worker: workerToken }),
      ...(dashboardToken === undefined ? {} : { dashboard: dashboardToken }),
    },
    hasBootstrapTokens,
    areGeneratedTokensAllowed: start.areGeneratedTokensAllowed,
    tls,
    allowedOrigins: start.allowedOrigins,
    isBehindProxy: start.isBehindProxy,
    jwt: {
      jwksUrl: start.jwksUrl,
      issuer: start.jwtIssuer,
      audience: start.jwtAudience,
      hs256Secret: start.jwtHs256Secret,
    },
    supabase: projectOf(start),
    settings,
    areMetricsOpen: start.areMetricsOpen,
    log,
  });
  if (!relay.ok) {
    exitWith(relay.fault.message, failure);
    return;
  }
  const banner = makeBanner({
    host,
    port: relay.value.port,
    tokens: hasBootstrapTokens ? relay.value.tokens : undefined,
    isTls: tls !== undefined,
    networkAddresses: networkAddresses(),
    isWebAppBuilt: isBuilt(defaultWebDir),
  });
  process.stdout.write(`${banner}\n`);

  // A bug outside of every door: it is written down, and the farm keeps running.
  process.on("uncaughtException", (bug) => log(`bug: ${describeBug(bug)}`));
  // Whoever read our output may leave before us.
  process.stdout.on("error", () => {});

  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      relay.value.close().then(
        () => {
          log("stopped");
          process.exit(0);
        },
        (bug: unknown) => exitWith(`could not stop cleanly: ${describeBug(bug)}`, failure),
      );
    });
  }
}

/** The options were checked: all four are there or none is. */
function projectOf(start: Options["start"]): SupabaseProject | undefined {
  const { supabaseUrl: url, supabasePublishableKey: publishableKey, supabaseSecretKey: secretKey } = start;
  const { supabaseFarm: farmId } = start;
  if (url === undefined || publishableKey === undefined || secretKey === undefined || farmId === undefined)
    return undefined;
  return { url, publishableKey, secretKey, farmId };
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}
