import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Chromium over its own DevTools protocol. Playwright keeps every page "visible" (focus emulation), so a page that is
 * really hidden behind another tab needs this.
 */
export interface RawBrowser {
  /** Opens a tab in front of the others, which hides them. */
  openTab(url: string): Promise<RawTab>;
  close(): Promise<void>;
}

export interface RawTab {
  /** The value of an expression in the page, which must survive JSON. */
  evaluate<T>(expression: string): Promise<T>;
  bringToFront(): Promise<void>;
}

interface Reply {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

export async function launchRawBrowser(path: string): Promise<RawBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "tabfarm-chrome-"));
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const flags = [
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ];
  const child = spawn(path, [
    ...flags,
    ...asRoot,
    "--disable-component-update",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ]);
  const endpoint = await new Promise<string>((resolve, reject) => {
    let printed = "";
    child.stderr.on("data", (chunk) => {
      printed += String(chunk);
      const found = /ws:\/\/\S+/.exec(printed);
      if (found) resolve(found[0]);
    });
    child.once("exit", () => reject(new Error(`the browser ended: ${printed}`)));
  });
  const socket = new WebSocket(endpoint);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));

  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  socket.addEventListener("message", (message) => {
    const reply = JSON.parse(String(message.data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  const send = async (
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Record<string, unknown>> => {
    const id = ++lastId;
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params, sessionId }));
    const reply = await replied;
    waiting.delete(id);
    if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result ?? {};
  };

  return {
    async openTab(url) {
      const { targetId } = await send("Target.createTarget", { url });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      return {
        async evaluate<T>(expression: string): Promise<T> {
          const params = { expression, awaitPromise: true, returnByValue: true };
          const { result } = await send("Runtime.evaluate", params, String(sessionId));
          return (result as { value: T }).value;
        },
        async bringToFront() {
          await send("Target.activateTarget", { targetId });
        },
      };
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await send("Browser.close", {});
      await ended;
      socket.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
