import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeWebApp } from "./web-app.ts";

let folder: string;
const servers: Server[] = [];

async function serve(webDir: string): Promise<string> {
  const server = createServer(makeWebApp(webDir));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-web-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "the app");
  writeFileSync(join(folder, "demo.html"), "the demo");
  writeFileSync(join(folder, "favicon.svg"), "<svg/>");
  writeFileSync(join(folder, "assets", "main-abc123.js"), "1");
  url = await serve(folder);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the web app", () => {
  test.each([
    ["/worker", "the app"],
    ["/worker?kiosk", "the app"],
    ["/dashboard", "the app"],
    ["/dashboard/", "the app"],
    ["/demo", "the demo"],
  ])("%s is a page that is asked for anew each time", async (path, text) => {
    const response = await fetch(url + path);
    expect(await response.text()).toBe(text);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  test("/ leads to the dashboard", async () => {
    const response = await fetch(`${url}/`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/dashboard"]);
  });

  test("what has its hash in its name is kept for ever", async () => {
    const script = await fetch(`${url}/assets/main-abc123.js`);
    expect(script.headers.get("cache-control")).toContain("immutable");
    const icon = await fetch(`${url}/favicon.svg`);
    expect(icon.headers.get("cache-control")).toBe("no-cache");
  });

  test("a browser that asks for an icon by itself gets it", async () => {
    const icon = await fetch(`${url}/favicon.ico`);
    expect([icon.status, icon.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  });

  test.each(["/dashboard", "/assets/main-abc123.js", "/nothing", "/healthz"])(
    "%s has the security headers",
    async (path) => {
      const { headers } = await fetch(url + path);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
      expect(headers.get("permissions-policy")).toContain("usb=(self)");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("is healthy", async () => {
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.text()]).toEqual([200, "ok"]);
  });

  test.each(["/nothing", "/assets/../../secret", "/%2e%2e/%2e%2e/etc/passwd", "/index.html%00", "/%"])(
    "%s is not found",
    async (path) => {
      expect((await fetch(url + path)).status).toBe(404);
    },
  );

  test("takes nothing but GET and HEAD", async () => {
    expect((await fetch(`${url}/dashboard`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${url}/dashboard`, { method: "HEAD" })).status).toBe(200);
  });

  test("that is not built says how to build it", async () => {
    const bare = await serve(join(folder, "missing"));
    const response = await fetch(`${bare}/dashboard`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  });
});
