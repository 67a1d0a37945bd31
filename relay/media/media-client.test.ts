import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Handshake } from "../../protocol/auth.ts";
import { makeMediaWire, type MediaWire } from "../../web/connection/media-wire.ts";
import { startRelay, type RunningRelay } from "../start.ts";
import { eventually } from "../testing/eventually.ts";
import { dashboardAuth, testTokens } from "../testing/test-farm.ts";

/** Our clients' end of `/media` against a whole relay on a real port. */
let dataDir: string;
let relay: RunningRelay;
let wires: MediaWire[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tabfarm-media-"));
  relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir, tokens: testTokens });
  wires = [];
});
afterEach(async () => {
  for (const wire of wires) wire.disconnect();
  await relay.close();
  rmSync(dataDir, { recursive: true });
});

const dashboard = dashboardAuth as Handshake;

function connect(auth: Handshake) {
  const wire = makeMediaWire({ url: relay.url, auth: () => auth });
  const heard: unknown[][] = [];
  for (const event of ["connect", "disconnect", "connect_error", "error"]) {
    wire.on(event, (...args) => heard.push([event, ...args]));
  }
  wire.connect();
  wires.push(wire);
  return { wire, heard };
}

test("[M4] who is let in is asked and answered, and knows the relay's time", async () => {
  const { wire, heard } = connect(dashboard);
  await eventually(() => expect(heard).toEqual([["connect"]]));
  const answer = vi.fn<(answer: unknown) => void>();
  wire.emit("stream:stop", { device_id: crypto.randomUUID() }, answer);
  await eventually(() =>
    expect(answer).toHaveBeenCalledWith({
      ok: false,
      fault: expect.objectContaining({ code: "DEVICE_NOT_FOUND" }),
    }),
  );
  wire.emit("clock", {}, answer);
  await eventually(() => expect(answer).toHaveBeenLastCalledWith({ ok: true, now: expect.any(Number) }));
  expect(Math.abs(wire.relayNowMs() - performance.timeOrigin - performance.now())).toBeLessThan(50);
});

test("[M4] who is refused learns why", async () => {
  const { heard } = connect({ type: "dashboard", token: "wrong" });
  await eventually(() =>
    expect(heard).toEqual([
      ["connect_error", expect.objectContaining({ data: expect.objectContaining({ code: "AUTH_FAILED" }) })],
    ]),
  );
});

test("[M4] who is sent away hears why first, and that it was on purpose", async () => {
  const worker = { type: "worker", token: testTokens.worker, pc_id: "desk-1" } as const;
  const first = connect({ ...worker, session: "one" });
  await eventually(() => expect(first.heard).toEqual([["connect"]]));
  const second = connect({ ...worker, session: "two", take_over: true });
  await eventually(() => expect(second.heard).toEqual([["connect"]]));
  await eventually(() =>
    expect(first.heard.slice(1)).toEqual([
      ["error", expect.objectContaining({ code: "FORBIDDEN" })],
      ["disconnect", "io server disconnect"],
    ]),
  );
});

test("[M4] a relay that stops is a cut, which ends by itself", async () => {
  const { heard } = connect(dashboard);
  await eventually(() => expect(heard).toEqual([["connect"]]));
  await relay.close();
  await eventually(() => expect(heard.slice(1)).toEqual([["disconnect", "transport close"]]));
});
