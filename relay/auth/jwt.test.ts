import { createServer, type Server, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { workerAuth, makeTestFarm, type TestFarm } from "../testing/test-farm.ts";
import { startRelay } from "../start.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import type { JwtOptions } from "./jwt.ts";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const hs256Secret = "a secret of at least thirty-two characters";
const hourMs = 3_600_000;

/** A real identity provider's JWKS, over HTTP. */
let server: Server;
let jwksUrl: URL;
let published: JWK[];
let answer: (response: ServerResponse) => void;
let fetches: number;
let es256: Pair;
let rs256: Pair;
let rotated: Pair;
let farm: TestFarm;

async function jwkOf({ publicKey }: Pair, kid: string, alg: string): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
}

beforeAll(async () => {
  [es256, rs256, rotated] = (await Promise.all(
    ["ES256", "RS256", "ES256"].map((alg) => generateKeyPair(alg, { extractable: true })),
  )) as [Pair, Pair, Pair];
  server = createServer((_, response) => {
    fetches += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  jwksUrl = new URL(`http://127.0.0.1:${port}/jwks.json`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  fetches = 0;
  published = [await jwkOf(es256, "es", "ES256"), await jwkOf(rs256, "rs", "RS256")];
  answer = (response) => response.end(JSON.stringify({ keys: published }));
  start({ jwksUrl, issuer: "https://issuer.example", audience: "tabfarm" });
});
afterEach(() => farm.close());

function start(jwt: JwtOptions): void {
  // Keys are looked for again at once, where a relay waits for 30 s.
  farm = makeTestFarm({ jwt: { cooldownMs: 0, ...jwt } });
}

/** A token that is right, with changes; `undefined` takes a claim out. */
function claims(changes: Record<string, unknown> = {}) {
  const nowSeconds = farm.clock.now() / 1000;
  return {
    iss: "https://issuer.example",
    aud: "tabfarm",
    sub: "user-1",
    exp: nowSeconds + 3600,
    email: "anna@farm.example",
    app_metadata: { tabfarm_role: "operator" },
    ...changes,
  };
}
function sign(
  payload: object,
  key: Parameters<SignJWT["sign"]>[0] = es256.privateKey,
  alg = "ES256",
  kid = "es",
) {
  return new SignJWT({ ...payload }).setProtectedHeader({ alg, kid }).sign(key);
}
async function connect(token: string, auth: object = { type: "dashboard" }, namespace = "/dashboard") {
  return farm.tryConnect(namespace, { ...auth, token });
}
async function whoIs(token: string): Promise<unknown> {
  const client = await connect(token);
  return "code" in client ? client : client.request("device:list");
}

describe("[A8] a JWT lets in", () => {
  test.each([
    ["ES256", "es", () => es256],
    ["RS256", "rs", () => rs256],
  ])("with %s, as its email and with its role", async (alg, kid, pair) => {
    const token = await sign(claims(), pair().privateKey, alg, kid);
    expect(await whoIs(token)).toMatchObject({ actor: "anna@farm.example", role: "operator" });
  });

  test.each([
    ["the role at the top", { tabfarm_role: "viewer" }, { actor: "anna@farm.example", role: "viewer" }],
    ["no email", { email: undefined }, { actor: "user-1" }],
    ["an email that was not verified", { email_verified: false }, { actor: "user-1" }],
    ["several audiences", { aud: ["other", "tabfarm"] }, { role: "operator" }],
  ])("with %s", async (_, changes, expected) => {
    expect(await whoIs(await sign(claims(changes)))).toMatchObject(expected);
  });

  test("a worker of one PC", async () => {
    const token = await sign(claims({ app_metadata: { tabfarm_role: "worker", tabfarm_pc_id: "desk-1" } }));
    expect(await connect(token, workerAuth("desk-1"), "/worker")).not.toHaveProperty("code");
    expect(await connect(token, workerAuth("desk-1"), "/stream")).not.toHaveProperty("code");
    expect(await connect(token, workerAuth("desk-2"), "/worker")).toMatchObject({
      code: "AUTH_FAILED",
      message: expect.stringContaining("desk-1"),
    });
    expect(await connect(token)).toMatchObject({ code: "AUTH_FAILED" });
  });

  test("with HS256 only where a secret is set", async () => {
    const key = new TextEncoder().encode(hs256Secret);
    const token = await sign(claims(), key, "HS256");
    expect(await whoIs(token)).toMatchObject({
      code: "AUTH_FAILED",
      message: expect.stringContaining("algorithm is not allowed"),
    });
    farm.close();
    start({ hs256Secret });
    expect(await whoIs(token)).toMatchObject({ actor: "anna@farm.example" });
    expect(await whoIs(await sign(claims()))).toMatchObject({ code: "AUTH_FAILED" });
  });

  test("and the keys are fetched once for many", async () => {
    for (let index = 0; index < 20; index += 1) await whoIs(await sign(claims({ sub: `user-${index}` })));
    expect(fetches).toBe(1);
  });
});

describe("[A8] a JWT is refused", () => {
  test.each([
    ["that has expired", () => ({ exp: farm.clock.now() / 1000 }), /has expired/],
    ["that holds later", () => ({ nbf: farm.clock.now() / 1000 + 60 }), /claim nbf/],
    ["without exp", () => ({ exp: undefined }), /claim exp is missing/],
    ["without sub", () => ({ sub: undefined }), /claim sub is missing/],
    ["of another issuer", () => ({ iss: "https://other.example" }), /claim iss/],
    ["for another audience", () => ({ aud: "other" }), /claim aud/],
    ["without a role", () => ({ app_metadata: {} }), /claim tabfarm_role is missing/],
    [
      "with a role its user gave itself",
      () => ({ app_metadata: {}, user_metadata: { tabfarm_role: "admin" } }),
      /tabfarm_role/,
    ],
    ["with a role there is not", () => ({ tabfarm_role: "root" }), /claim tabfarm_role/],
    ["of a worker without a PC", () => ({ tabfarm_role: "worker" }), /claim tabfarm_pc_id is missing/],
    ["whose name is somebody else's kind", () => ({ email: "worker desk-1" }), /claim email/],
  ])("%s", async (_, changes, message) => {
    expect(await whoIs(await sign(claims(changes())))).toMatchObject({
      code: "AUTH_FAILED",
      message: expect.stringMatching(message),
    });
  });

  test("whose algorithm is none", async () => {
    const token = new UnsecuredJWT(claims()).encode();
    expect(await whoIs(token)).toMatchObject({ code: "AUTH_FAILED" });
  });

  test("that takes a public key for a secret", async () => {
    farm.close();
    start({ jwksUrl, hs256Secret });
    const publicPem = new TextEncoder().encode(await exportSPKI(rs256.publicKey));
    for (const kid of ["rs", "es"]) {
      expect(await whoIs(await sign(claims(), publicPem, "HS256", kid))).toMatchObject({
        code: "AUTH_FAILED",
        message: expect.stringContaining("signature is wrong"),
      });
    }
  });

  test("signed with an unknown key, with another's kid, or changed afterwards", async () => {
    const unknown = await sign(claims(), rotated.privateKey, "ES256", "new");
    expect(await whoIs(unknown)).toMatchObject({ message: expect.stringContaining("not known here") });
    const forged = await sign(claims(), rotated.privateKey, "ES256", "es");
    expect(await whoIs(forged)).toMatchObject({ message: expect.stringContaining("signature is wrong") });
    const [head, , signature] = (await sign(claims())).split(".");
    const admin = Buffer.from(JSON.stringify(claims({ tabfarm_role: "admin" }))).toString("base64url");
    expect(await whoIs(`${head}.${admin}.${signature}`)).toMatchObject({ code: "AUTH_FAILED" });
    expect(await whoIs("not.a.token")).toMatchObject({ code: "AUTH_FAILED" });
  });

  test("where no JWTs are believed", async () => {
    farm.close();
    farm = makeTestFarm();
    expect(await whoIs(await sign(claims()))).toMatchObject({ code: "AUTH_FAILED" });
  });
});

describe("[A8] when the keys change or cannot be had", () => {
  test("a new key is fetched when a token names it, and one that was withdrawn is not believed", async () => {
    await whoIs(await sign(claims()));
    published = [await jwkOf(rotated, "new", "ES256")];
    const token = await sign(claims(), rotated.privateKey, "ES256", "new");
    expect(await whoIs(token)).toMatchObject({ role: "operator" });
    expect(await whoIs(await sign(claims()))).toMatchObject({ code: "AUTH_FAILED" });
  });

  test.each<[string, number, (response: ServerResponse) => void]>([
    ["are not answered in time", 2, () => {}],
    // More than an address may guess.
    ["are an error", 21, (response) => response.writeHead(500).end()],
    ["are no JSON", 2, (response) => response.end("<html>")],
    ["are no keys", 2, (response) => response.end("{}")],
    ["end in the middle", 2, (response) => response.socket?.destroy()],
  ])("because they %s, a token is refused for that, and the farm goes on", async (_, times, trouble) => {
    farm.close();
    start({ jwksUrl, fetchTimeoutMs: 1000 });
    answer = trouble;
    for (let index = 0; index < times; index += 1) {
      expect(await whoIs(await sign(claims()))).toMatchObject({
        code: "INTERNAL",
        message: expect.stringContaining("cannot be fetched"),
      });
    }
    expect(farm.logLines.filter((line) => line.includes("cannot be fetched from"))).toHaveLength(1);
    await farm.dashboard();
    answer = (response) => response.end(JSON.stringify({ keys: published }));
    expect(await whoIs(await sign(claims()))).toMatchObject({ role: "operator" });
  });
});

test("[A8] a relay on a real port believes what it was told to", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tabfarm-jwt-"));
  const jwt = { jwksUrl, issuer: "https://issuer.example", audience: "tabfarm" };
  const relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir, jwt });
  const token = await sign(claims({ exp: Date.now() / 1000 + 60 }));
  const connected = await connectSocketIo(relay.url, "/dashboard", { type: "dashboard", token });
  if (!connected.ok) throw new Error(connected.fault.message);
  expect(await connected.value.request("device:list", {})).toMatchObject({ actor: "anna@farm.example" });
  connected.value.close();
  await relay.close();
  rmSync(dataDir, { recursive: true });
});

describe("[A5, A8] a JWT's exp is enforced while its owner is connected", () => {
  test("unless a newer one takes its place in time", async () => {
    const clients = [];
    for (const namespace of ["/dashboard", "/stream"]) {
      const client = await connect(await sign(claims()), { type: "dashboard" }, namespace);
      if ("code" in client) throw new Error(client.message);
      clients.push(client);
    }
    const [renewed, stale] = clients;
    const later = claims({ exp: farm.clock.now() / 1000 + 7200, tabfarm_role: "admin" });
    expect(await renewed?.request("auth:renew", { token: await sign(later) })).toEqual({ ok: true });
    expect(await renewed?.request("device:list")).toMatchObject({ role: "admin" });
    farm.clock.advance(hourMs);
    expect(stale?.errors()).toMatchObject([
      { code: "AUTH_FAILED", message: expect.stringMatching(/expired/) },
    ]);
    expect([renewed?.isClosed(), stale?.isClosed()]).toEqual([false, true]);
    farm.clock.advance(hourMs);
    expect(renewed?.isClosed()).toBe(true);
  });

  test("and another person's does not", async () => {
    const client = await connect(await sign(claims()));
    if ("code" in client) throw new Error(client.message);
    const token = await sign(claims({ email: "ben@farm.example" }));
    expect(await client.request("auth:renew", { token })).toMatchObject({ fault: { code: "FORBIDDEN" } });
  });
});
