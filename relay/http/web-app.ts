import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { securityHeaders } from "./security-headers.ts";

/** Which built page answers which address. */
const pages: Record<string, string> = {
  "/worker": "/index.html",
  "/dashboard": "/index.html",
  "/demo": "/demo.html",
  // What a browser asks for on its own, beside a page that names no icon.
  "/favicon.ico": "/favicon.svg",
};

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the built web app from `webDir`; without one, a page that says how to build it. */
export function makeWebApp(webDir: string): RequestListener {
  const serveFile = makeFileServer(webDir);

  return (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const [path = "/", query] = (request.url ?? "/").split("?", 2);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      answer(response, 405, "Only GET and HEAD are served here.");
    } else if (path === "/healthz") answer(response, 200, "ok");
    else if (path === "/") {
      response.setHeader("Location", "/dashboard");
      answer(response, 302, "See /dashboard");
    } else if (!isBuilt(webDir)) {
      answer(response, 503, "The web app is not built yet. Run `npm run build`, then reload this page.");
    } else {
      const page = pages[path.replace(/\/$/, "")];
      request.url = (page ?? path) + (query === undefined ? "" : `?${query}`);
      // Nothing here needs ranges, and sirv throws at one that ends before it begins.
      delete request.headers.range;
      serveFile(request, response, () => answer(response, 404, "There is nothing here. Try /dashboard."));
    }
  };
}

export function isBuilt(webDir: string): boolean {
  return existsSync(join(webDir, "index.html"));
}

function makeFileServer(webDir: string): ReturnType<typeof sirv> {
  return sirv(webDir, {
    // Looks at the disk for each request: what was built while the relay runs is served as it is now. Otherwise the sizes
    // of the start are promised, and a file that is gone is an error nobody catches.
    dev: true,
    etag: true,
    setHeaders(response, pathname) {
      // The build puts a hash of the content into the names under assets/, so those never change.
      const isHashed = pathname.startsWith("/assets/");
      response.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status).end(text);
}
