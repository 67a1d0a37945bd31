import { userInfo } from "node:os";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { pcId } from "../../protocol/fields.ts";
import { role } from "../../protocol/role.ts";
import { nouns, openCredentials, type Credential, type Credentials } from "../auth/credentials.ts";
import { isoTimeOf, systemClock } from "../clock.ts";
import { openCredentialsFolder } from "../data-folder.ts";
import type { Subcommand } from "./subcommands.ts";

const dayMs = 86_400_000;
const mostDays = 3650;
const expiryUsage = "[--expires-days <number>]";

/** `tabfarm worker-key …`: keys that each let in the worker of one PC. */
export const workerKeyCommand = credentialCommand(
  "worker-key",
  "a key that lets in the worker of one PC",
  `--pc <pc_id> ${expiryUsage}`,
  ({ pc }) => {
    const parsed = v.safeParse(pcId, pc);
    if (parsed.success) return succeed({ kind: "worker-key", pcId: parsed.output });
    return fail("INVALID_PAYLOAD", "--pc is needed: 1 to 64 letters, digits, dots, dashes or underscores");
  },
);

/** `tabfarm operator …`: tokens that each let a person in, with a name and a role. */
export const operatorCommand = credentialCommand(
  "operator",
  "a token that lets in one person",
  `--name <name> --role <${role.options.join("|")}> ${expiryUsage}`,
  ({ name, role: given }) => {
    const parsed = v.safeParse(role, given);
    if (name === undefined) return fail("INVALID_PAYLOAD", "--name is needed");
    if (parsed.success) return succeed({ kind: "operator", name, role: parsed.output });
    return fail("INVALID_PAYLOAD", `--role is needed: ${role.options.join(", ")}`);
  },
);

type Grant = Parameters<Credentials["create"]>[0];
type Values = Partial<Record<"pc" | "name" | "role" | "data" | "expires-days", string>>;

function credentialCommand(
  kind: Credential["kind"],
  purpose: string,
  createUsage: string,
  readGrant: (values: Values) => Result<Grant>,
): Subcommand {
  const create = (credentials: Credentials, values: Values): Result<string> => {
    const grant = readGrant(values);
    if (!grant.ok) return grant;
    const expiresAtMs = expiryOf(values["expires-days"]);
    if (!expiresAtMs.ok) return expiresAtMs;
    const created = credentials.create(grant.value, whoDoesIt(), expiresAtMs.value);
    if (!created.ok) return created;
    const { credential, secret } = created.value;
    const page = kind === "operator" ? "/dashboard" : "/worker";
    return succeed(
      `${summaryOf(credential)}. It is shown this once, and opens ${page}#token=…\n\n${secret}\n`,
    );
  };
  const revoke = (credentials: Credentials, id: string | undefined): Result<string> => {
    if (id === undefined) return fail("INVALID_PAYLOAD", `which one? ${kind} list shows the ids`);
    const revoked = credentials.revoke(kind, id, whoDoesIt());
    return revoked.ok ? succeed(`${summaryOf(revoked.value)} is revoked.\n`) : revoked;
  };
  const list = (credentials: Credentials): string =>
    credentials
      .list()
      .filter((credential) => credential.kind === kind)
      .map((credential) => `${lineOf(credential)}\n`)
      .join("");

  return {
    usage: {
      [`${kind} create ${createUsage}`]: `makes ${purpose}, and shows it this once`,
      [`${kind} list`]: "shows all that were made, and their ids",
      [`${kind} revoke <id>`]: "lets it in no more, and ends its connections within seconds",
    },
    async run(args, env, output) {
      const given = readArguments(kind, args);
      if (!given.ok) return given;
      const { values, words } = given.value;
      return withCredentials(values.data ?? env["TABFARM_DATA"], output, (credentials) => {
        if (words[0] === "create" && words.length === 1) return create(credentials, values);
        if (words[0] === "list" && words.length === 1) return succeed(list(credentials));
        if (words[0] === "revoke" && words.length <= 2) return revoke(credentials, words[1]);
        return fail("INVALID_PAYLOAD", `${kind} takes one of: create, list, revoke <id>`);
      });
    },
  };
}

function readArguments(
  kind: Credential["kind"],
  args: string[],
): Result<{ values: Values; words: string[] }> {
  const own = kind === "operator" ? (["name", "role"] as const) : (["pc"] as const);
  const names = [...own, "data", "expires-days"];
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return succeed({ values, words: positionals });
  } catch (failure) {
    const [firstLine = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
    return fail("INVALID_PAYLOAD", firstLine);
  }
}

function withCredentials(
  dataDir: string | undefined,
  output: Writable,
  use: (credentials: Credentials) => Result<string>,
): Result<void> {
  const path = openCredentialsFolder(dataDir === undefined || dataDir === "" ? "./data" : dataDir);
  if (!path.ok) return path;
  let credentials: Credentials | undefined;
  try {
    credentials = openCredentials(path.value, systemClock);
    const done = use(credentials);
    if (!done.ok) return done;
    output.write(done.value);
    return succeed(undefined);
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    return fail("INTERNAL", `cannot use ${path.value}: ${reason}`);
  } finally {
    credentials?.close();
  }
}

function expiryOf(days: string | undefined): Result<number | undefined> {
  if (days === undefined) return succeed(days);
  const isRight = /^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= mostDays;
  if (isRight) return succeed(systemClock.now() + Number(days) * dayMs);
  return fail("INVALID_PAYLOAD", `--expires-days must be a number from 1 to ${mostDays}, not "${days}"`);
}

function whoDoesIt(): string {
  try {
    return `tabfarm ${userInfo().username}`;
  } catch {
    // A container's user may have no name.
    return "tabfarm";
  }
}

function summaryOf(credential: Credential): string {
  const { id, kind, expiresAtMs } = credential;
  const whose = kind === "operator" ? `${credential.name}, ${credential.role}` : credential.pcId;
  const until = expiresAtMs === undefined ? "" : ` until ${isoTimeOf(expiresAtMs)}`;
  return `The ${nouns[kind]} ${id} of ${whose}${until}`;
}

function lineOf(credential: Credential): string {
  const { id, kind, createdAtMs, createdBy, expiresAtMs, revoked } = credential;
  const whose = kind === "operator" ? `${credential.name}  ${credential.role}` : credential.pcId;
  const ends = [
    ...(expiresAtMs === undefined
      ? []
      : [`  ${hasExpired(credential) ? "expired" : "expires"} ${isoTimeOf(expiresAtMs)}`]),
    ...(revoked === undefined ? [] : [`  revoked ${isoTimeOf(revoked.atMs)} by ${revoked.by}`]),
  ];
  return `${id}  ${whose}  made ${isoTimeOf(createdAtMs)} by ${createdBy}${ends.join("")}`;
}

function hasExpired({ expiresAtMs }: Credential): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= systemClock.now();
}
