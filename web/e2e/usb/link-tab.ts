import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { createServer } from "vite";
import type { LinkAnswers, LinkRequest } from "./link-thread.ts";

/** A tab with the engine's link to one device, in a thread as in the product. */
export interface LinkTab {
  ask<Kind extends LinkRequest["kind"]>(request: LinkRequest & { kind: Kind }): Promise<LinkAnswers[Kind]>;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Serves the engine's sources from the origin that the testbed grants devices to. */
export async function openLinkTab(browser: Browser): Promise<LinkTab> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "error",
    server: { host: "127.0.0.1", port: 8787, strictPort: true, hmr: false, watch: null },
    // Bundling on the way would load the page anew in the middle of a measurement.
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  const page = await browser.newPage();
  await page.goto("http://127.0.0.1:8787/web/e2e/usb/link-page.html");
  return {
    ask: async (request) =>
      await page.evaluate(async (asked) => {
        const page = window as unknown as { ask: (request: unknown) => Promise<never> };
        return await page.ask(asked);
      }, request),
    async close() {
      await page.close();
      await server.close();
    },
  };
}
