import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { fail, succeed, type Result } from "../protocol/fault.ts";
import type { FarmTokens } from "./auth/authenticate.ts";

/** A data folder that is this process's own until it is released. */
export interface DataFolder {
  storePath: string;
  /** Of worker keys and operator tokens, see `auth/credentials.ts`. */
  credentialsPath: string;
  /** The tokens kept here, with `chosen` ones instead where they are given. */
  readTokens(chosen: Partial<FarmTokens>): Result<FarmTokens>;
  release(): void;
}

const tokensFile = v.object({
  worker: v.pipe(v.string(), v.minLength(16)),
  dashboard: v.pipe(v.string(), v.minLength(16)),
});

/** Makes the folder when it is missing, readable by its owner only, and locks it against a second relay. */
export function openDataFolder(path: string): Result<DataFolder> {
  try {
    makeFolder(path);
  } catch (failure) {
    return fail("INTERNAL", `cannot make the data folder ${path}: ${reasonOf(failure)}`);
  }
  const lock = lockFolder(path);
  if (!lock.ok) return lock;
  const storePath = join(path, "relay.db");
  const credentialsPath = credentialsPathIn(path);
  for (const file of [storePath, credentialsPath]) {
    const made = makePrivateFile(file);
    if (made.ok) continue;
    lock.value.close();
    return made;
  }
  return succeed({
    storePath,
    credentialsPath,
    readTokens: (chosen) => readTokens(join(path, "tokens.json"), chosen),
    release: () => lock.value.close(),
  });
}

function credentialsPathIn(folder: string): string {
  return join(folder, "credentials.db");
}

/** For a process beside the relay: makes folder and file when they are missing, and locks nobody out. */
export function openCredentialsFolder(path: string): Result<string> {
  try {
    makeFolder(path);
  } catch (failure) {
    return fail("INTERNAL", `cannot make the data folder ${path}: ${reasonOf(failure)}`);
  }
  const file = credentialsPathIn(path);
  const made = makePrivateFile(file);
  return made.ok ? succeed(file) : made;
}

/** What commands printed and keys stand for is nobody else's business, also in a folder that others may read. */
function makePrivateFile(path: string): Result<void> {
  try {
    closeSync(openSync(path, "a", 0o600));
    return succeed(undefined);
  } catch (failure) {
    return fail("INTERNAL", `cannot write ${path}: ${reasonOf(failure)}`);
  }
}

/** Node's own `recursive` tries for ever where a folder refuses with ENOENT although it exists, as `/proc` does. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path, { mode: 0o700 });
}

/**
 * The lock is SQLite's own on an otherwise empty database: the system lets go of it even when the relay is killed, and
 * the real store stays readable for others.
 */
function lockFolder(path: string): Result<DatabaseSync> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(path, "lock.db"));
    database.exec("BEGIN EXCLUSIVE");
    return succeed(database);
  } catch (failure) {
    database?.close();
    const reason = reasonOf(failure);
    if (reason.includes("locked")) {
      return fail("INTERNAL", `another relay uses the data folder ${path}; stop it or choose --data`);
    }
    return fail("INTERNAL", `cannot write to the data folder ${path}: ${reason}`);
  }
}

function readTokens(path: string, chosen: Partial<FarmTokens>): Result<FarmTokens> {
  const { worker, dashboard } = chosen;
  if (worker !== undefined && dashboard !== undefined) return succeed({ worker, dashboard });
  try {
    const kept = existsSync(path) ? parseTokens(readFileSync(path, "utf8")) : generateTokens(path);
    if (kept === undefined) return fail("INTERNAL", `${path} is not a tokens file; move it away`);
    chmodSync(path, 0o600);
    return succeed({ ...kept, ...chosen });
  } catch (failure) {
    return fail("INTERNAL", `cannot keep the tokens in ${path}: ${reasonOf(failure)}`);
  }
}

function parseTokens(text: string): FarmTokens | undefined {
  try {
    const parsed = v.safeParse(tokensFile, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function generateTokens(path: string): FarmTokens {
  const tokens = { worker: newToken(), dashboard: newToken() };
  writeFileSync(path, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  return tokens;
}

/** A secret of 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
