import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import { decodeJwt, SignJWT } from "jose";
import type postgres from "postgres";
import * as v from "valibot";
import { makeMagicLinks, type MagicLinks } from "./magic-links.ts";
import type { Postgres } from "./postgres.ts";
import type { Tokens } from "./tokens.ts";

/**
 * Supabase's own `@supabase/lite`: REST with the policies of our Postgres, and Auth. It signs with HS256 and has no JWKS;
 * here people only ever see the ES256 tokens of a hosted project, which are exchanged on the way in and out.
 */
export interface Lite {
  answer(request: Request): Promise<Response>;
  /** What Auth sent to this address, the newest last. */
  mailsTo: MagicLinks["mailsTo"];
  close(): Promise<void>;
}

export interface LiteNeeds {
  server: Postgres;
  /** The origin that people know: of links in mails, and the tokens' issuer. */
  url: string;
  /** Where the link of a mail may lead. */
  redirectUrls: string[];
  publishableKey: string;
  secretKey: string;
  tokenSeconds: number;
  tokens: Tokens;
  /** For what is in people's tokens, and makes the tables of Auth. */
  sql: postgres.Sql;
}

const signedIn = v.looseObject({ access_token: v.string() });
/** Text that lite stores as a JSON string in a column of JSON. */
const metadata = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** Who is known and may not is 403; lite says 401, which is for who is not known. */
async function toldAsPostgrest(request: Request, response: Response): Promise<Response> {
  const isKnown = /^Bearer (?!sb_)/i.test(request.headers.get("authorization") ?? "");
  if (response.status !== 401 || !isKnown) return response;
  const body: unknown = await response.json();
  const isRefusal = v.is(v.looseObject({ code: v.literal("42501") }), body);
  return Response.json(body, { status: isRefusal ? 403 : 401 });
}

/** The tables of Auth, which migrations refer to, before there are any others that it would learn of. */
export async function makeAuthTables(server: Postgres): Promise<void> {
  const app = new App({ connection: connectionTo(server), auth: { enabled: true } });
  await app.ensureSystemSchema();
  await app.connection.close();
}

function connectionTo(server: Postgres) {
  const connection = createPostgresConnection({
    url: "postgres://supabase_admin@localhost/postgres",
    postgresOptions: { host: server.folder, max: 10, onnotice: () => undefined },
  });
  // Left to itself it grants everything on every table to anon, which would hide what a migration forgot to grant.
  Object.assign(connection, { rlsState: "active" });
  return connection;
}

export function startLite(needs: LiteNeeds): Lite {
  const { server, url, redirectUrls, publishableKey, secretKey, tokenSeconds, tokens, sql } = needs;
  const secret = crypto.randomUUID();
  const links = makeMagicLinks(url);
  const app = new App({
    connection: connectionTo(server),
    api: { enabled: true, external_url: url, max_rows: 1000 },
    auth: {
      enabled: true,
      site_url: url,
      additional_redirect_urls: redirectUrls,
      jwt_secret: secret,
      jwt_expiry: tokenSeconds,
      publishable_key: publishableKey,
      secret_key: secretKey,
      enable_signup: true,
      email: { enable_signup: true, enable_confirmations: false, max_frequency: "0s" },
    },
    options: { drivers: { email: links }, server: { admin: false } },
  });

  /** What people send: theirs becomes lite's, and a key that came as a token is none. */
  async function takenIn(request: Request): Promise<Request> {
    const token = request.headers.get("authorization")?.replace(/^Bearer /i, "");
    if (token === undefined) return request;
    const headers = new Headers(request.headers);
    if (token.startsWith("sb_")) headers.delete("authorization");
    else {
      const claims = await tokens.open(token).catch(() => undefined);
      if (claims !== undefined) headers.set("authorization", `Bearer ${await liteTokenOf(claims)}`);
    }
    return new Request(request, { headers });
  }

  function liteTokenOf(claims: object): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
  }

  /** What lite signed becomes theirs, with the claims that a hosted project's tokens have. */
  async function handedOut(liteToken: string): Promise<string> {
    const claims = decodeJwt(liteToken);
    const [user] = await sql`select raw_app_meta_data #>> '{}' as app, raw_user_meta_data #>> '{}' as own
      from auth.users where id = ${String(claims.sub)}`;
    const metadataOf = (column: string): object => v.parse(metadata, user?.[column]);
    return tokens.sign({
      ...claims,
      iss: `${url}/auth/v1`,
      aal: "aal1",
      is_anonymous: false,
      app_metadata: metadataOf("app"),
      user_metadata: metadataOf("own"),
    });
  }

  async function givenOut(request: Request, response: Response): Promise<Response> {
    const location = response.headers.get("location");
    const headers = new Headers(response.headers);
    if (location !== null) headers.set("location", await landing(request.url, location));
    if (response.headers.get("content-type")?.includes("json") !== true) {
      return new Response(response.body, { status: response.status, headers });
    }
    headers.delete("content-length");
    const body: unknown = await response.json();
    const session = v.safeParse(signedIn, body);
    const handed = session.success
      ? { ...session.output, access_token: await handedOut(session.output.access_token) }
      : body;
    return new Response(JSON.stringify(handed), { status: response.status, headers });
  }

  /** A mail's link leads back with the tokens behind the `#`. */
  async function landing(link: string, location: string): Promise<string> {
    const [page = "", fragment] = location.split("#");
    if (fragment === undefined) return location;
    const fields = new URLSearchParams(fragment);
    const token = fields.get("access_token");
    if (token !== null) fields.set("access_token", await handedOut(token));
    return links.landing(link, page, fields);
  }

  /** What a session is as JSON, where lite had it behind a `#`. */
  async function told(fields: URLSearchParams): Promise<Response> {
    const headers = { apikey: publishableKey, authorization: `Bearer ${fields.get("access_token")}` };
    const user: unknown = await (await answer(new Request(`${url}/auth/v1/user`, { headers }))).json();
    const numbers = {
      expires_in: Number(fields.get("expires_in")),
      expires_at: Number(fields.get("expires_at")),
    };
    return Response.json({ ...Object.fromEntries(fields), ...numbers, user });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json(tokens.jwks);
    if (/^\/auth\/v1\/(otp|recover|resend)$/.test(pathname)) await links.note(request);
    if (pathname === "/auth/v1/token" && searchParams.get("grant_type") === "pkce") {
      const session = await links.redeem(request);
      if (session !== undefined) return told(session);
    }
    const response = await app.fetch(await takenIn(request));
    return pathname.startsWith("/auth/") ? givenOut(request, response) : toldAsPostgrest(request, response);
  }

  return { answer, mailsTo: (address) => links.mailsTo(address), close: () => app.connection.close() };
}
