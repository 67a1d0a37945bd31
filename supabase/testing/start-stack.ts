import type { Duplex } from "node:stream";
import type postgres from "postgres";
import * as v from "valibot";
import { makeAdminUsers } from "./admin-users.ts";
import { startGateway, type Behind, type Gateway } from "./gateway.ts";
import { makeAuthTables, startLite, type Lite, type LiteNeeds } from "./lite.ts";
import { bootstrap, migrate } from "./migrations.ts";
import { startPostgres, type Postgres } from "./postgres.ts";
import { startRealtime, type Realtime } from "./realtime/realtime.ts";
import { makeTokens, type Claims, type Tokens } from "./tokens.ts";

/** A Supabase project with our migrations, on this machine alone and without Docker: for tests, and to try things out. */
export interface Stack extends Pick<Gateway, "url" | "disturb" | "unplug" | "plugIn"> {
  publishableKey: string;
  secretKey: string;
  /** As the owner of the tables, past all policies. */
  sql: postgres.Sql;
  /** Stopped and started, its rows stay and the URL does. */
  postgres: Pick<Postgres, "start" | "stop" | "version">;
  realtime: Pick<Realtime, "counts" | "dropConnections">;
  mailsTo: Lite["mailsTo"];
  /** A person who can sign in; their id. */
  addUser(email: string, password: string): Promise<string>;
  close(): Promise<void>;
}

export interface StackOptions {
  /** 0: any that is free. */
  port?: number;
  /** How long an access token holds. */
  tokenSeconds?: number;
  /** The project's quota of Realtime messages. */
  messagesPerSecond?: number;
  /** Where links in mails may lead, beside the stack's own URL. */
  redirectUrls?: string[];
}

const publishableKey = "sb_publishable_tabfarm_local";
const secretKey = "sb_secret_tabfarm_local";

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { port = 0, tokenSeconds = 3600, messagesPerSecond = 100, redirectUrls = [] } = options;
  const [server, tokens] = await Promise.all([startPostgres(), makeTokens()]);
  const admin = server.connect("supabase_admin", 12);
  await makeAuthTables(server);
  await bootstrap(admin);
  const owner = server.connect("postgres");
  await migrate(owner);
  const realtime = await startRealtime({ sql: admin, tokens, messagesPerSecond });
  let lite: Lite | undefined;
  const gateway = await startGateway(port, async (url) => {
    const needs = { server, url, redirectUrls, publishableKey, secretKey, tokenSeconds, tokens, sql: admin };
    lite = startLite(needs);
    return assemble(lite, realtime, needs);
  });

  return {
    ...gateway,
    publishableKey,
    secretKey,
    sql: owner,
    postgres: server,
    realtime,
    mailsTo: (address) => lite?.mailsTo(address) ?? [],
    async addUser(email, password) {
      const response = await fetch(`${gateway.url}/auth/v1/admin/users`, {
        method: "POST",
        headers: { apikey: secretKey },
        body: JSON.stringify({ email, password }),
      });
      if (!response.ok) throw new Error(`${email} could not be added: ${await response.text()}`);
      return v.parse(v.object({ id: v.string() }), await response.json()).id;
    },
    async close() {
      await gateway.close();
      realtime.close();
      await lite?.close();
      await server.close();
    },
  };
}

/** Who answers what below the one origin. */
function assemble(lite: Lite, realtime: Realtime, needs: LiteNeeds): Behind {
  const { server, url, tokens, sql } = needs;
  const users = makeAdminUsers(sql, (email, password) =>
    lite.answer(
      new Request(`${url}/auth/v1/signup`, {
        method: "POST",
        headers: { apikey: publishableKey, "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      }),
    ),
  );

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const key = request.headers.get("apikey");
    if (pathname.startsWith("/realtime/v1/api/broadcast")) return answerBroadcast(request, realtime, tokens);
    if (pathname.startsWith("/auth/v1/admin/users")) {
      return key === secretKey ? users(request) : Response.json({ error_code: "not_admin" }, { status: 403 });
    }
    return lite.answer(request);
  }

  return {
    async answer(request) {
      if (!server.isRunning()) {
        const message = "Could not query the database for the schema cache. Retrying.";
        return Response.json({ code: "PGRST002", message, details: null, hint: null }, { status: 503 });
      }
      return answer(request);
    },
    upgrade(request, socket, head) {
      const asked = new URL(request.url ?? "/", url);
      const claims = claimsOfKey(asked.searchParams.get("apikey"));
      if (asked.pathname !== "/realtime/v1/websocket") refuse(socket, "404 Not Found");
      else if (claims === undefined) refuse(socket, "401 Unauthorized");
      else realtime.upgrade(request, socket, head, claims);
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

function claimsOfKey(key: string | null): Claims | undefined {
  if (key === publishableKey) return { role: "anon" };
  return key === secretKey ? { role: "service_role" } : undefined;
}

const batch = v.object({
  messages: v.array(
    v.object({
      topic: v.string(),
      event: v.string(),
      payload: v.unknown(),
      private: v.optional(v.boolean(), false),
    }),
  ),
});

/** Many messages in the body, or one below its topic and event. */
async function answerBroadcast(request: Request, realtime: Realtime, tokens: Tokens): Promise<Response> {
  const keyClaims = claimsOfKey(request.headers.get("apikey"));
  if (keyClaims === undefined) return Response.json({ message: "Unauthorized" }, { status: 401 });
  const token = request.headers.get("authorization")?.replace(/^Bearer /i, "");
  const isPersons = token !== undefined && !token.startsWith("sb_");
  const claims = isPersons ? await tokens.verify(token).catch(() => undefined) : keyClaims;
  if (claims === undefined) return Response.json({ message: "Unauthorized" }, { status: 401 });
  const { pathname, searchParams } = new URL(request.url);
  const single = /\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(pathname);
  const body: unknown = await request.json();
  const messages =
    single === null
      ? v.parse(batch, body).messages
      : [
          {
            topic: decodeURIComponent(single[1] ?? ""),
            event: decodeURIComponent(single[2] ?? ""),
            payload: body,
            private: searchParams.get("private") === "true",
          },
        ];
  const status = await realtime.broadcast(messages, claims);
  return new Response(status === 429 ? JSON.stringify({ error: "Too many requests" }) : null, { status });
}
