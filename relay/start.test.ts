import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRelay } from "./start.ts";
import { connectSocketIo } from "./testing/socket-io-client.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tabfarm-start-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("a relay that is closed", () => {
  test("twice is closed once, and its folder is free for the next", async () => {
    const options = { host: "127.0.0.1", port: 0, dataDir };
    const relay = await startRelay(options);
    const auth = { type: "dashboard", token: relay.tokens.dashboard };
    const dashboard = await connectSocketIo(relay.url, "/dashboard", auth);
    if (!dashboard.ok) throw new Error(dashboard.fault.message);
    await Promise.all([relay.close(), relay.close()]);
    await relay.close();
    const next = await startRelay(options);
    expect(next.tokens).toEqual(relay.tokens);
    await next.close();
    dashboard.value.close();
  });
});
