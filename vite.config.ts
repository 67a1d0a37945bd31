import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { scrcpyServer } from "./web/build/scrcpy-server.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const relay = process.env["TABFARM_RELAY"] ?? "http://127.0.0.1:8787";

export default defineConfig({
  root: path("web"),
  publicDir: path("public"),
  plugins: [solid(), scrcpyServer(path(".cache"))],
  worker: { format: "es" },
  build: {
    outDir: path("dist/web"),
    emptyOutDir: true,
    target: "chrome120",
    rolldownOptions: { input: { index: path("web/index.html"), demo: path("web/demo.html") } },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/socket.io": { target: relay, ws: true }, "/media": { target: relay, ws: true } },
  },
});
