import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { fail, succeed, type Result } from "../protocol/fault.ts";
import type { FarmTokens } from "./auth/authenticate.ts";
import { hasKeys, makeJwtVerifier, type JwtOptions } from "./auth/jwt.ts";
import { openCredentials, type Credentials } from "./auth/credentials.ts";
import { systemClock, type Clock } from "./clock.ts";
import { newToken, openDataFolder, type DataFolder } from "./data-folder.ts";
import { exposureProblem } from "./exposure.ts";
import { makeFarm } from "./farm.ts";
import { listen, makeHttpServer, trackConnections } from "./http/server.ts";
import { makeServices } from "./http/services.ts";
import { readTls, watchTls, type TlsFiles } from "./http/tls.ts";
import { joinWires } from "./joined-wires.ts";
import type { Log } from "./log.ts";
import { makeMediaWires } from "./media/media-wires.ts";
import { makeMemoryWires } from "./memory/memory-wires.ts";
import { watchEventLoopDelay } from "./metrics/event-loop-delay.ts";
import { meterWires } from "./metrics/metered-wires.ts";
import { makePrometheusMetrics } from "./metrics/prometheus.ts";
import { defaultSettings, type FarmSettings } from "./settings.ts";
import { makeSocketIoWires } from "./socket-io/socket-io-wires.ts";
import { makeSqliteStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { makeAccountDesk } from "./supabase/account-desk.ts";
import { makeAuditSink } from "./supabase/audit-sink.ts";
import { makeMirrorPlace } from "./supabase/mirror-place.ts";
import { jwtOptionsOf, makeReadMembers, openProject, type SupabaseProject } from "./supabase/project.ts";

export interface StartOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Store, tokens and lock; made when missing. */
  dataDir: string;
  /** Instead of the tokens kept in the data folder. */
  tokens?: Partial<FarmTokens>;
  /** False: neither of the two tokens lets anybody in, only keys do. */
  hasBootstrapTokens?: boolean;
  /** Let generated tokens stand where other machines can try them. */
  areGeneratedTokensAllowed?: boolean;
  /** Serve with TLS. */
  tls?: TlsFiles | undefined;
  /** Pages of these origins may connect beside the relay's own. */
  allowedOrigins?: string[];
  /** Nobody reaches the relay but through a proxy, which says in `X-Forwarded-For` whom it asks for. */
  isBehindProxy?: boolean;
  /** The built web app; `dist/web` of the checkout when absent. */
  webDir?: string;
  /** Whose JWTs are believed beside tokens and keys. */
  jwt?: JwtOptions;
  /** Keeps a copy of the trail and of the present state there. */
  supabase?: SupabaseProject | undefined;
  /** Instead of the defaults. */
  settings?: Partial<FarmSettings>;
  /** Let everybody read `/metrics`. */
  areMetricsOpen?: boolean;
  log?: Log;
  clock?: Clock;
}

export interface RunningRelay {
  /** Where it listens, e.g. `http://127.0.0.1:8787`. */
  url: string;
  port: number;
  /** Without bootstrap tokens nobody is told these. */
  tokens: FarmTokens;
  /** Disconnects everybody, writes down what is left and lets go of the data folder. Twice is once. */
  close(): Promise<void>;
}

export const defaultWebDir = fileURLToPath(new URL("../dist/web", import.meta.url));
/** How long peers may take to say goodbye before their connections are cut. */
const farewellMs = 250;

/** Starts a whole relay. What an operator can get wrong (port, folder) comes back as a fault of one line. */
export async function tryStartRelay(options: StartOptions): Promise<Result<RunningRelay>> {
  const { host, port, dataDir, webDir = defaultWebDir, areMetricsOpen = false } = options;
  const { allowedOrigins = [], isBehindProxy = false, log = () => {}, clock = systemClock } = options;
  const { tokens: chosenTokens = {}, hasBootstrapTokens = true, areGeneratedTokensAllowed = false } = options;
  const problem = exposureProblem({
    host,
    tokens: chosenTokens,
    hasBootstrapTokens,
    areGeneratedTokensAllowed,
  });
  if (problem !== undefined) return { ok: false, fault: problem };
  const tls = options.tls === undefined ? succeed(undefined) : readTls(options.tls);
  if (!tls.ok) return tls;
  const folder = openDataFolder(dataDir);
  if (!folder.ok) return folder;
  const tokens = hasBootstrapTokens ? folder.value.readTokens(chosenTokens) : succeed(secretTokens());
  if (!tokens.ok) {
    folder.value.release();
    return tokens;
  }
  const files = openFiles(folder.value, clock, log);
  if (!files.ok) {
    folder.value.release();
    return files;
  }
  const { store, credentials } = files.value;
  const closeFiles = (): void => {
    credentials.close();
    store.close();
    folder.value.release();
  };
  const project = options.supabase;
  const supabase = project && (await openProject(project));
  // Socket.IO takes its own requests out of those of the server's first listener, so that one is there before the farm.
  let serve: RequestListener | undefined;
  const http = makeHttpServer((request, response) => serve?.(request, response), tls.value);
  const connections = trackConnections(http);
  const listening = await listen(http, host, port);
  if (!listening.ok) {
    closeFiles();
    return listening;
  }
  const stopWatchingTls = options.tls && watchTls(http, options.tls, clock, log);
  const metrics = makePrometheusMetrics();
  const eventLoop = watchEventLoopDelay();
  const scripts = makeMemoryWires({ copy: (value) => value });
  const callers = { clock, allowedOrigins, isBehindProxy };
  const wires = meterWires(
    joinWires(makeSocketIoWires(http, callers), makeMediaWires(http, callers), scripts),
    metrics,
  );
  const jwt = project === undefined ? options.jwt : jwtOptionsOf(project, options.jwt);
  const farm = makeFarm({
    auditSink: supabase && makeAuditSink(supabase, project, clock),
    accountDesk: supabase && makeAccountDesk(supabase, project),
    mirrorPlace: supabase && makeMirrorPlace(supabase, project),
    readMembers: supabase && makeReadMembers(supabase, project),
    wires,
    store,
    credentials,
    jwt: hasKeys(jwt) ? makeJwtVerifier(jwt, clock, log) : undefined,
    clock,
    newId: randomUUID,
    tokens: tokens.value,
    settings: { ...defaultSettings, ...options.settings },
    metrics,
    log,
  });
  let closing: Promise<void> | undefined;
  serve = makeServices({
    scripts,
    metrics,
    sources: { farm, wires, store, eventLoop },
    clock,
    newId: randomUUID,
    isStopping: () => closing !== undefined,
    webDir,
    areMetricsOpen,
    isBehindProxy,
    isTls: options.tls !== undefined,
    project,
    log,
  });

  const shutDown = async (): Promise<void> => {
    const cut = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, farewellMs);
    try {
      http.closeIdleConnections();
      await wires.close();
    } finally {
      clearTimeout(cut);
      stopWatchingTls?.();
      eventLoop.close();
      farm.close();
      closeFiles();
    }
  };

  return succeed({
    url: `${options.tls === undefined ? "http" : "https"}://${bracketed(host)}:${listening.value}`,
    port: listening.value,
    tokens: tokens.value,
    close: () => (closing ??= shutDown()),
  });
}

/** Nobody has them, so nobody comes in with them. */
function secretTokens(): FarmTokens {
  return { worker: newToken(), dashboard: newToken() };
}

function openFiles(
  { storePath, credentialsPath }: DataFolder,
  clock: Clock,
  log: Log,
): Result<{ store: Store; credentials: Credentials }> {
  const store = open(`the store ${storePath}`, () => makeSqliteStore(storePath, clock, log));
  if (!store.ok) return store;
  const credentials = open(`the keys ${credentialsPath}`, () => openCredentials(credentialsPath, clock));
  if (credentials.ok) return succeed({ store: store.value, credentials: credentials.value });
  store.value.close();
  return credentials;
}

function open<T>(what: string, make: () => T): Result<T> {
  try {
    return succeed(make());
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    return fail("INTERNAL", `cannot open ${what}: ${reason}`);
  }
}

/** As `tryStartRelay`, for callers to whom a failure is a bug. */
export async function startRelay(options: StartOptions): Promise<RunningRelay> {
  const started = await tryStartRelay(options);
  if (!started.ok) throw new Error(started.fault.message);
  return started.value;
}

/** An IPv6 address in a URL stands in brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
