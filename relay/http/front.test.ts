import { createServer, request, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fail, succeed } from "../../protocol/fault.ts";
import { answerText } from "./answer.ts";
import { makeFront } from "./front.ts";
import type { SupabaseProject } from "../supabase/project.ts";
import { makeOperations } from "./operations.ts";

const token = "Bearer the-token";

let servers: Server[];
let url: string;
let unreadiness: string | undefined;
let logLines: string[];

beforeEach(async () => {
  servers = [];
  unreadiness = undefined;
  logLines = [];
  url = await serve();
});
afterEach(() => {
  for (const server of servers) server.close();
});

async function serve(areMetricsOpen = false, project?: SupabaseProject): Promise<string> {
  const front = makeFront({
    operations: makeOperations({
      unreadiness: () => unreadiness,
      metrics: { contentType: "text/plain; version=0.0.4", text: async () => "tabfarm_x 1\n" },
      areMetricsOpen,
      project,
      identify: async ({ headers }) =>
        headers.authorization === token ? succeed(undefined) : fail("AUTH_FAILED", "send a token"),
    }),
    api: (_, response) => answerText(response, 200, "the API"),
    webApp(_, response) {
      if (response.req.url === "/bug") throw new Error("a bug");
      answerText(response, 404, "nothing here");
    },
    isTls: false,
    project: project?.url,
    log: (line) => logLines.push(line),
  });
  const server = createServer(front);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

describe("what the relay serves", () => {
  test.each(["/dashboard", "/healthz", "/metrics", "/bug"])("%s has the security headers", async (path) => {
    const { headers } = await fetch(url + path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(headers.get("permissions-policy")).toContain("usb=(self)");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("takes nothing but GET and HEAD outside of the API", async () => {
    expect((await fetch(`${url}/dashboard`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${url}/healthz`, { method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${url}/api/v1/commands`, { method: "POST" })).status).toBe(200);
    const head = await fetch(`${url}/healthz`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("a bug is one answer, one line in the log without the query, and the end of nothing else", async () => {
    const broken = await fetch(`${url}/bug`);
    expect([broken.status, await broken.text()]).toEqual([500, "The relay failed; its log has the cause."]);
    expect(logLines).toEqual([expect.stringMatching(/^bug: answering GET \/bug: .*a bug/)]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

test("[U8] pages are told of the Supabase project and may speak to it, and learn no secret", async () => {
  expect((await fetch(`${url}/supabase.json`)).status).toBe(404);
  const farmId = "11111111-2222-4333-8444-555555555555";
  const address = new URL("https://project.supabase.co");
  const withProject = await serve(false, {
    url: address,
    publishableKey: "sb_publishable_x",
    secretKey: "sb_secret_x",
    farmId,
  });
  const told = await fetch(`${withProject}/supabase.json`);
  expect(told.headers.get("content-security-policy")).toContain(
    "connect-src 'self' https://project.supabase.co wss://project.supabase.co;",
  );
  expect(await told.json()).toEqual({
    url: "https://project.supabase.co",
    publishable_key: "sb_publishable_x",
    farm_id: farmId,
  });
});

describe("[W1] /healthz and /readyz", () => {
  test("say that the process is alive and does its work", async () => {
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, "ok"]);
    const readiness = await fetch(`${url}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([200, { ready: true }]);
    expect(readiness.headers.get("cache-control")).toBe("no-store");
  });

  test("a relay that cannot do its work is alive and not ready, with the reason", async () => {
    unreadiness = "the store cannot be written";
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const readiness = await fetch(`${url}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([
      503,
      { ready: false, reason: "the store cannot be written" },
    ]);
  });
});

describe("[W2] /metrics", () => {
  /** `fetch` does not let a request call itself as another host. */
  function get(headers: Record<string, string>, base = url): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${base}/metrics`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  }

  test("are for this machine and for those with a dashboard's token", async () => {
    const local = await fetch(`${url}/metrics`);
    expect([local.status, await local.text()]).toEqual([200, "tabfarm_x 1\n"]);
    expect(local.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    const remote = await fetch(`${url}/metrics`, { headers: { "x-forwarded-for": "192.0.2.1" } });
    expect([remote.status, await remote.json()]).toEqual([
      401,
      expect.objectContaining({ code: "AUTH_FAILED" }),
    ]);
    expect(remote.headers.get("www-authenticate")).toBe("Bearer");
    expect(await get({ "x-forwarded-for": "192.0.2.1", authorization: token })).toBe(200);
  });

  test.each([
    ["a proxy that says whom it asks for", { forwarded: "for=192.0.2.1" }],
    ["a proxy that passes on the name it was asked for", { host: "farm.example" }],
    ["a page whose name was made to lead here", { host: "127.0.0.1.evil.example" }],
  ])("are not for %s", async (_, headers) => {
    expect(await get(headers)).toBe(401);
  });

  test("are for everybody when the operator says so", async () => {
    expect(await get({ host: "farm.example" }, await serve(true))).toBe(200);
  });
});
