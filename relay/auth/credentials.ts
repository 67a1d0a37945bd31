import { createHash, randomBytes } from "node:crypto";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import * as v from "valibot";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { role, type Role } from "../../protocol/role.ts";
import type { Clock } from "../clock.ts";
import { nameProblem } from "./identity.ts";

/** What a worker key or an operator token stands for. The secret itself is nowhere: only its SHA-256 is kept. */
export type Credential = WorkerKey | OperatorToken;

interface CredentialFacts {
  id: string;
  createdAtMs: number;
  createdBy: string;
  expiresAtMs?: number;
  revoked?: { atMs: number; by: string };
}
/** Lets a worker in for one PC and no other. */
export interface WorkerKey extends CredentialFacts {
  kind: "worker-key";
  pcId: string;
}
/** Lets a person in, under this name and with this role. */
export interface OperatorToken extends CredentialFacts {
  kind: "operator";
  name: string;
  role: Role;
}

/** A credential with its secret, which is shown this once. */
export interface FreshCredential {
  credential: Credential;
  secret: string;
}

type Grant = { kind: "worker-key"; pcId: string } | { kind: "operator"; name: string; role: Role };

/** Worker keys and operator tokens, in a file of their own that subcommands write while the relay reads it. */
export interface Credentials {
  /** Refused when a living operator has the name already, or nobody may have it. `by` is who does it, for the trail. */
  create(grant: Grant, by: string, expiresAtMs?: number): Result<FreshCredential>;
  /** Of this kind; refused when there is none with that id, or it is revoked already. */
  revoke(kind: Credential["kind"], id: string, by: string): Result<Credential>;
  /** Whose secret this is, whatever became of it. */
  findBySecret(secret: string): Credential | undefined;
  find(id: string): Credential | undefined;
  /** Oldest first, with those that have ended. */
  list(): Credential[];
  /** Grows when another process wrote. */
  version(): number;
  close(): void;
}

const prefixes: Record<Credential["kind"], string> = { "worker-key": "tfw_", operator: "tfo_" };

/** How long a reader or a writer waits for another one. */
const busyTimeoutMs = 5000;

/** In an SQLite file that is made when missing, or in memory for `:memory:`. Throws when it cannot be opened. */
export function openCredentials(path: string, clock: Clock): Credentials {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS credentials (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      pc_id TEXT, -- of a worker key
      name TEXT, -- of an operator
      role TEXT,
      secret_hash BLOB NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      expires_at INTEGER,
      revoked_at INTEGER,
      revoked_by TEXT
    ) STRICT;`);
  const add = database.prepare(
    `INSERT INTO credentials (id, kind, pc_id, name, role, secret_hash, created_at, created_by, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const findLivingName = database.prepare(
    "SELECT id FROM credentials WHERE name = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
  );
  const findByHash = database.prepare("SELECT * FROM credentials WHERE secret_hash = ?");
  const findById = database.prepare("SELECT * FROM credentials WHERE id = ?");
  const listAll = database.prepare("SELECT * FROM credentials ORDER BY created_at, id");
  const revokeById = database.prepare("UPDATE credentials SET revoked_at = ?, revoked_by = ? WHERE id = ?");
  const dataVersion = database.prepare("PRAGMA data_version");

  function find(id: string): Credential | undefined {
    const row = findById.get(id);
    return row && credentialOf(row);
  }

  /** Alone with the file: between the look and the write nobody else writes. */
  function alone<T>(work: () => Result<T>): Result<T> {
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (failure) {
      database.exec("ROLLBACK");
      throw failure;
    }
  }

  return {
    create: (grant, by, expiresAtMs) =>
      alone(() => {
        const atMs = clock.now();
        const name = grant.kind === "operator" ? grant.name : null;
        const problem = name === null ? undefined : nameProblem(name);
        if (problem !== undefined) return fail("INVALID_PAYLOAD", `the name ${problem}`);
        const living = name === null ? undefined : findLivingName.get(name, atMs);
        if (living !== undefined) {
          const id = String(living["id"]);
          return fail(
            "FORBIDDEN",
            `there is an operator "${name}" already; revoke ${id} or take another name`,
          );
        }
        const id = randomBytes(5).toString("hex");
        const secret = prefixes[grant.kind] + randomBytes(32).toString("base64url");
        const pcId = grant.kind === "worker-key" ? grant.pcId : null;
        const role = grant.kind === "operator" ? grant.role : null;
        add.run(id, grant.kind, pcId, name, role, hashOf(secret), atMs, by, expiresAtMs ?? null);
        const facts = { id, createdAtMs: atMs, createdBy: by };
        return succeed({
          credential: { ...grant, ...facts, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) },
          secret,
        });
      }),
    revoke: (kind, id, by) =>
      alone(() => {
        const found = find(id);
        if (found?.kind !== kind) return fail("FORBIDDEN", `there is no ${nouns[kind]} ${id}`);
        if (found.revoked !== undefined)
          return fail("FORBIDDEN", `the ${nouns[kind]} ${id} is revoked already`);
        const revoked = { atMs: clock.now(), by };
        revokeById.run(revoked.atMs, by, id);
        return succeed({ ...found, revoked });
      }),
    findBySecret(secret) {
      if (!Object.values(prefixes).some((prefix) => secret.startsWith(prefix))) return undefined;
      const row = findByHash.get(hashOf(secret));
      return row && credentialOf(row);
    },
    find,
    list: () => listAll.all().map(credentialOf),
    version: () => Number(dataVersion.get()?.["data_version"]),
    close: () => database.close(),
  };
}

/** What people call each kind. */
export const nouns: Record<Credential["kind"], string> = {
  "worker-key": "worker key",
  operator: "operator token",
};

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function credentialOf(row: Record<string, SQLOutputValue>): Credential {
  const facts = {
    id: String(row["id"]),
    createdAtMs: Number(row["created_at"]),
    createdBy: String(row["created_by"]),
    ...(row["expires_at"] === null ? {} : { expiresAtMs: Number(row["expires_at"]) }),
    ...(row["revoked_at"] === null
      ? {}
      : { revoked: { atMs: Number(row["revoked_at"]), by: String(row["revoked_by"]) } }),
  };
  return row["kind"] === "worker-key"
    ? { kind: "worker-key", pcId: String(row["pc_id"]), ...facts }
    : { kind: "operator", name: String(row["name"]), role: v.parse(role, row["role"]), ...facts };
}
