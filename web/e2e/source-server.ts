import { fileURLToPath } from "node:url";
import { createServer } from "vite";

export interface SourceServer {
  /** Of a file of the project. */
  urlOf(path: string): string;
  close(): Promise<void>;
}

/** Serves the project's sources as a browser runs them, for pages that need a part of the engine by itself. */
export async function serveSources(): Promise<SourceServer> {
  const server = await createServer({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    configFile: false,
    logLevel: "error",
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  const [origin = ""] = server.resolvedUrls?.local ?? [];
  return {
    urlOf: (path) => new URL(path, origin).href,
    close: () => server.close(),
  };
}
