import { existsSync } from "node:fs";
import { join } from "node:path";
import sirv from "sirv";
import { answerText, type RequestHandler } from "./answer.ts";

/** Which built page answers which address. */
const pages: Record<string, string> = {
  "/worker": "/index.html",
  "/dashboard": "/index.html",
  "/dashboard/audit": "/index.html",
  "/demo": "/demo.html",
  // What a browser asks for on its own, beside a page that names no icon.
  "/favicon.ico": "/favicon.svg",
};

/** Serves the built web app from `webDir`; without one, a page that says how to build it. */
export function makeWebApp(webDir: string): RequestHandler {
  const serveFile = makeFileServer(webDir);

  return (request, response) => {
    const [path = "/", query] = (request.url ?? "/").split("?", 2);
    if (path === "/") {
      response.setHeader("Location", "/dashboard");
      answerText(response, 302, "See /dashboard");
    } else if (!isBuilt(webDir)) {
      answerText(response, 503, "The web app is not built yet. Run `npm run build`, then reload this page.");
    } else {
      const page = pages[path.replace(/\/$/, "")];
      request.url = (page ?? path) + (query === undefined ? "" : `?${query}`);
      // Nothing here needs ranges, and sirv throws at one that ends before it begins.
      delete request.headers.range;
      serveFile(request, response, () => answerText(response, 404, "There is nothing here. Try /dashboard."));
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
