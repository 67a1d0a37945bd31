import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Handshake } from "../../protocol/auth.ts";
import { makeMediaWire, type MediaWire } from "../../web/connection/media-wire.ts";
import { readMediaHeader } from "../../protocol/media-packet.ts";
import { deviceIdOf } from "../../protocol/device-id.ts";
import { samplePacket } from "../testing/sample-packet.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { startRelay, type RunningRelay } from "../start.ts";
import { eventually } from "../testing/eventually.ts";
import { dashboardAuth, heartbeatOf, phone, testTokens, workerAuth } from "../testing/test-farm.ts";

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

test("[S9] pictures and video cross a whole relay from our worker's end to our dashboard's", async () => {
  const session = { session: "one", sends_video: true };
  const presence = await connectSocketIo(relay.url, "/worker", { ...workerAuth("desk-1"), ...session });
  if (!presence.ok) throw new Error(presence.fault.message);
  await presence.value.request("worker:heartbeat", heartbeatOf([phone("SERIAL-A"), phone("SERIAL-B")]));
  const worker = connect({ type: "worker", token: testTokens.worker, pc_id: "desk-1", ...session });
  const wanted = vi.fn<(wanted: unknown) => void>();
  worker.wire.on("stream:start", wanted);
  await eventually(() => expect(worker.wire.connected).toBe(true));

  const { wire } = connect(dashboard);
  await eventually(() => expect(wire.connected).toBe(true));
  const got: Uint8Array[] = [];
  wire.onPacket((packet) => got.push(packet));
  const [video, pictures] = [deviceIdOf("SERIAL-A"), deviceIdOf("SERIAL-B")];
  wire.emit("stream:start", { device_id: video, quality: "high", fps: 60, encoding: "h264" });
  wire.emit("stream:start", { device_id: pictures, quality: "low", fps: 5, encoding: "binary" });
  await eventually(() =>
    expect(wanted.mock.calls.flat()).toMatchObject([
      { device_id: video, video: { short_edge: 720, fps: 60 } },
      { device_id: pictures, layers: [{ quality: "low", fps: 5 }] },
    ]),
  );
  const sent = [
    samplePacket({ kind: "key", sequence: 7, deviceId: video }, 90_000),
    samplePacket({ kind: "jpeg", deviceId: pictures }, 30_000),
    samplePacket({ kind: "delta", sequence: 8, deviceId: video }, 60_000),
    samplePacket({ kind: "still", deviceId: pictures }, 0),
  ];
  for (const packet of sent) expect(worker.wire.sendPacket(packet)).toBe(true);
  await eventually(() => expect(got).toHaveLength(sent.length));
  for (const [at, packet] of got.entries()) {
    // All but the relay's two times.
    expect(Buffer.compare(packet.subarray(0, 64), sent[at]?.subarray(0, 64) ?? packet)).toBe(0);
    expect(Buffer.compare(packet.subarray(80), sent[at]?.subarray(80) ?? packet)).toBe(0);
    const header = readMediaHeader(packet);
    expect(header.ok && wire.relayNowMs() - header.value.relayedOutMs).toBeLessThan(5000);
  }
  await eventually(() => expect(worker.wire.unreceivedBytes()).toBeLessThan(64 * 1024));
  presence.value.close();
});
