import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeWebApp } from "./web-app.ts";

let folder: string;
const servers: Server[] = [];

async function serve(webDir: string): Promise<string> {
  const server = createServer((request, response) => void makeWebApp(webDir)(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Asks with the path as it is: `fetch` would tidy it. */
async function rawGet(path: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
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
    ["/dashboard/audit", "the app"],
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

  test("what is built while the relay runs is served as it is now", async () => {
    const rebuilt = join(folder, "rebuilt");
    mkdirSync(join(rebuilt, "assets"), { recursive: true });
    writeFileSync(join(rebuilt, "index.html"), "the first build");
    writeFileSync(join(rebuilt, "assets", "old.js"), "1");
    const base = await serve(rebuilt);
    const before = await fetch(`${base}/worker`);
    expect(await before.text()).toBe("the first build");
    // As Vite does: the folder is emptied first. Written over in place, a reader under way would see both builds.
    rmSync(join(rebuilt, "assets", "old.js"));
    rmSync(join(rebuilt, "index.html"));
    writeFileSync(join(rebuilt, "assets", "new.js"), "2");
    writeFileSync(join(rebuilt, "index.html"), "the second build, which is longer");
    expect((await fetch(`${base}/assets/old.js`)).status).toBe(404);
    expect(await (await fetch(`${base}/assets/new.js`)).text()).toBe("2");
    const headers = { "if-none-match": before.headers.get("etag") ?? "" };
    expect(await (await fetch(`${base}/worker`, { headers })).text()).toBe(
      "the second build, which is longer",
    );
  });

  test.each(["bytes=5-2", "bytes=0-1", "nonsense", "bytes=-"])(
    "a range of %s gets the whole",
    async (range) => {
      const response = await fetch(`${url}/worker`, { headers: { range } });
      expect([response.status, await response.text()]).toEqual([200, "the app"]);
    },
  );

  test("nothing outside of the folder is served, however it is asked for", async () => {
    const secret = `${folder}-secret.txt`;
    writeFileSync(secret, "secret");
    const name = basename(secret);
    for (const path of [
      `/..%2f${name}`,
      `/%2e%2e/${name}`,
      `/../${name}`,
      `//..//${name}`,
      "/%00",
      "/%E0%A4%A",
    ]) {
      const answer = await rawGet(path);
      expect([path, answer.split(" ")[1], answer.includes("secret")]).toEqual([path, "404", false]);
    }
    rmSync(secret);
  });

  test("a browser that asks for an icon by itself gets it", async () => {
    const icon = await fetch(`${url}/favicon.ico`);
    expect([icon.status, icon.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  });

  test.each(["/nothing", "/assets/../../secret", "/%2e%2e/%2e%2e/etc/passwd", "/index.html%00", "/%"])(
    "%s is not found",
    async (path) => {
      expect((await fetch(url + path)).status).toBe(404);
    },
  );

  test("that is not built says how to build it, and is served once it is", async () => {
    const missing = join(folder, "missing");
    const bare = await serve(missing);
    const response = await fetch(`${bare}/dashboard`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
    mkdirSync(missing);
    writeFileSync(join(missing, "index.html"), "built meanwhile");
    expect(await (await fetch(`${bare}/dashboard`)).text()).toBe("built meanwhile");
  });
});
