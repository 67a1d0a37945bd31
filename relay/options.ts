import * as v from "valibot";
import { fail, type Result } from "../protocol/fault.ts";
import { uuid } from "../protocol/fields.ts";
import {
  helpFor,
  maybeTextOption,
  numberOption,
  originsOption,
  readOptionGroups,
  secureUrlOption,
  switchOption,
  textOption,
  variableOf,
  type Option,
  type OptionValues,
} from "./option-table.ts";
import { defaultSettings, type FarmSettings } from "./settings.ts";

/** How the process runs. */
const startOptions = {
  host: textOption(
    { name: "host", placeholder: "address", help: "address to listen on", fallback: "127.0.0.1" },
    (text) => text.replace(/^\[(.*)\]$/, "$1"),
  ),
  port: numberOption(0, 65_535, {
    name: "port",
    placeholder: "number",
    help: "port, 0 for any",
    fallback: "8787",
  }),
  dataDir: textOption({ name: "data", placeholder: "folder", help: "store and tokens", fallback: "./data" }),
  workerToken: maybeTextOption({
    name: "worker-token",
    isSecret: true,
    help: "lets workers in, instead of a generated one",
  }),
  dashboardToken: maybeTextOption({
    name: "dashboard-token",
    isSecret: true,
    help: "lets dashboards in, instead of a generated one",
  }),
  hasNoBootstrapTokens: switchOption({
    name: "no-bootstrap-tokens",
    help: "neither of the two tokens lets anybody in, only keys do",
  }),
  areGeneratedTokensAllowed: switchOption({
    name: "allow-generated-tokens",
    help: "let generated tokens stand where other machines can try them",
  }),
  tlsCertificate: maybeTextOption({
    name: "tls-cert",
    placeholder: "file",
    help: "serve https: certificate with its chain, in PEM",
  }),
  tlsKey: maybeTextOption({ name: "tls-key", placeholder: "file", help: "its private key, in PEM" }),
  allowedOrigins: originsOption({
    name: "allowed-origin",
    placeholder: "origin",
    isRepeatable: true,
    help: "a page of this origin may connect too; may be repeated",
  }),
  isBehindProxy: switchOption({
    name: "behind-proxy",
    help: "a proxy tells callers' addresses in X-Forwarded-For, and all come through it",
  }),
  areMetricsOpen: switchOption({
    name: "metrics-open",
    help: "let everybody read /metrics, not this machine and tokens alone",
  }),
  jwksUrl: secureUrlOption({
    name: "jwks-url",
    placeholder: "url",
    help: "believe JWTs signed (ES256, RS256) with the keys found there",
  }),
  jwtIssuer: maybeTextOption({ name: "jwt-issuer", placeholder: "text", help: "what their iss must be" }),
  jwtAudience: maybeTextOption({ name: "jwt-audience", placeholder: "text", help: "what their aud must be" }),
  jwtHs256Secret: maybeTextOption({
    name: "jwt-hs256-secret",
    isSecret: true,
    leastLength: 32,
    help: "believe JWTs signed (HS256) with this, too",
  }),
  supabaseUrl: secureUrlOption({
    name: "supabase-url",
    variable: "SUPABASE_URL",
    placeholder: "url",
    help: "work with this Supabase project; needs the next three too",
  }),
  supabasePublishableKey: maybeTextOption({
    name: "supabase-publishable-key",
    variable: "SUPABASE_PUBLISHABLE_KEY",
    placeholder: "text",
    help: "its key for pages",
  }),
  supabaseFarm: maybeTextOption({
    name: "supabase-farm",
    variable: "SUPABASE_FARM_ID",
    placeholder: "uuid",
    help: "which of its farms this is",
  }),
  supabaseSecretKey: maybeTextOption({
    name: "supabase-secret-key",
    variable: "SUPABASE_SECRET_KEY",
    isSecret: true,
    help: "its key for servers",
  }),
  isHelpAsked: switchOption({ name: "help", letter: "h", help: "this text" }),
};

/** How the farm behaves. */
const settingOptions: { [Key in keyof FarmSettings]: Option<FarmSettings[Key]> } = {
  operatorsMayShell: switchOption({
    name: "operators-may-shell",
    help: "let operators run shell commands, not admins alone",
  }),
  commandWaitMs: numberOption(1, 86_400, {
    name: "command-wait-seconds",
    placeholder: "number",
    help: "how long a command waits for a worker that is away",
    fallback: "60",
    times: 1000,
  }),
  mostWaitingCommands: numberOption(0, 10_000, {
    name: "waiting-commands",
    placeholder: "number",
    help: "how many commands wait for one worker",
    fallback: "100",
  }),
  commandKeepMs: numberOption(1, 3650, {
    name: "command-keep-days",
    placeholder: "number",
    help: "how long the end of a command is remembered",
    fallback: "7",
    times: 24 * 3_600_000,
  }),
  leaseIdleMs: numberOption(10, 86_400, {
    name: "lease-idle-seconds",
    placeholder: "number",
    help: "how long a device stays held that its holder does not use",
    fallback: "600",
    times: 1000,
  }),
  leaseWarningMs: numberOption(1, 86_400, {
    name: "lease-warning-seconds",
    placeholder: "number",
    help: "how long before that end its holder is warned",
    fallback: "60",
    times: 1000,
  }),
  auditKeepDays: numberOption(1, 36_500, {
    name: "audit-keep-days",
    placeholder: "number",
    help: "how long the audit trail is kept",
    fallback: "90",
  }),
  auditKeepBytes: numberOption(1, 1_000_000, {
    name: "audit-keep-megabytes",
    placeholder: "number",
    help: "how much room the audit trail takes",
    fallback: "1000",
    times: 1_000_000,
  }),
  fallbackMessagesPerSecond: numberOption(1, 100_000, {
    name: "fallback-messages-per-second",
    placeholder: "number",
    help: "what Supabase takes of all workers together while this relay is away",
    fallback: `${defaultSettings.fallbackMessagesPerSecond}`,
  }),
  eventsPerSecond: numberOption(10, 1_000_000, {
    name: "events-per-second",
    placeholder: "number",
    help: "how many events one connection may send",
    fallback: `${defaultSettings.eventsPerSecond}`,
  }),
};

const groups = { start: startOptions, settings: settingOptions };

/** What the operator may choose. Tokens that are not given are generated and kept in the data folder. */
export interface Options {
  start: OptionValues<typeof startOptions>;
  settings: FarmSettings;
}

export const helpText = `Tabfarm's relay: serves the web app and connects workers with dashboards.

Usage: npm start -- [options]

${helpFor(groups)}
Every option may also be an environment variable: TABFARM_HOST=::1, and =1 for one without a value. Names in capitals
above are secrets and only that.

Keys for PCs, tokens for people and the record of everything done: npm run tabfarm -- --help
`;

/** Options beat the environment, the environment beats the defaults. A failure is bad usage, in one line. */
export function readOptions(args: string[], env: Record<string, string | undefined>): Result<Options> {
  const read = readOptionGroups(groups, args, env);
  if (!read.ok) return read;
  const problem = tlsProblem(read.value.start) ?? supabaseProblem(read.value.start);
  return problem === undefined ? read : fail("INVALID_PAYLOAD", problem);
}

function tlsProblem({ tlsCertificate, tlsKey }: Options["start"]): string | undefined {
  const isWhole = (tlsCertificate === undefined) === (tlsKey === undefined);
  return isWhole ? undefined : "--tls-cert and --tls-key are of use only together";
}

function supabaseProblem(start: Options["start"]): string | undefined {
  const keys = ["supabaseUrl", "supabasePublishableKey", "supabaseFarm", "supabaseSecretKey"] as const;
  const missing = keys.filter((key) => start[key] === undefined).map((key) => variableOf(startOptions[key]));
  if (missing.length === keys.length) return undefined;
  if (missing.length > 0) return `a Supabase project needs ${missing.join(", ")} too`;
  const farm = v.safeParse(uuid, start.supabaseFarm);
  return farm.success
    ? undefined
    : `${variableOf(startOptions.supabaseFarm)} must be a UUID, a row's id in its table farms`;
}
