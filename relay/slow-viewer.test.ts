import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { readMediaHeader } from "../protocol/media-packet.ts";
import { streamFrame } from "../protocol/stream.ts";
import { makeFarm, type Farm } from "./farm.ts";
import { defaultSettings } from "./settings.ts";
import { joinWires } from "./joined-wires.ts";
import { makeMediaWires } from "./media/media-wires.ts";
import { makeSocketIoWires } from "./socket-io/socket-io-wires.ts";
import { openCredentials, type Credentials } from "./auth/credentials.ts";
import { makeSqliteStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { toldWindowBytes, windowBytes } from "./streams/send-window.ts";
import { makeManualClock, type ManualClock } from "./testing/manual-clock.ts";
import { connectMedia } from "./testing/media-client.ts";
import { samplePacket } from "./testing/sample-packet.ts";
import { noMetrics } from "./testing/no-metrics.ts";
import { connectSocketIo } from "./testing/socket-io-client.ts";
import type { PacketClient, TestClient } from "./testing/test-client.ts";
import {
  dashboardAuth,
  deviceA,
  heartbeatOf,
  phone,
  serialA,
  testTokens,
  workerAuth,
} from "./testing/test-farm.ts";
import type { Wires } from "./wire.ts";

/** A real port, and a clock turned by hand so that five frames a second need not take a second. */
let url: string;
let clock: ManualClock;
let store: Store;
let credentials: Credentials;
let wires: Wires;
let farm: Farm;

beforeEach(async () => {
  const http = createServer();
  clock = makeManualClock();
  store = makeSqliteStore(":memory:", clock);
  credentials = openCredentials(":memory:", clock);
  wires = joinWires(makeSocketIoWires(http), makeMediaWires(http));
  farm = makeFarm({
    wires,
    store,
    clock,
    newId: randomUUID,
    tokens: testTokens,
    credentials,
    settings: defaultSettings,
    metrics: noMetrics,
    log: () => {},
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  await wires.close();
  farm.close();
  credentials.close();
  store.close();
});

async function connect(namespace: string, auth: Record<string, unknown>): Promise<TestClient> {
  const connected = await connectSocketIo(url, namespace, auth, { transports: ["websocket"] });
  if (!connected.ok) throw new Error(connected.fault.message);
  return connected.value;
}

async function connectPackets(auth: object): Promise<PacketClient> {
  const connected = await connectMedia(url, auth);
  if (!connected.ok) throw new Error(connected.fault.message);
  return connected.value;
}

test("[S4] a viewer that stops reading costs a window of memory and delays nobody", async () => {
  const worker = await connect("/worker", workerAuth("desk-1"));
  await worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const workerStream = await connect("/stream", workerAuth("desk-1"));
  const slow = await connect("/stream", dashboardAuth);
  const fast = await connect("/stream", dashboardAuth);
  const request = { device_id: deviceA, quality: "high", fps: 5, encoding: "binary" };
  for (const viewer of [slow, fast]) await viewer.request("stream:start", request);

  const frameBytes = 60_000;
  const count = 300;
  slow.pause();
  for (let timestamp = 1; timestamp <= count; timestamp += 1) {
    const frame = new Uint8Array(frameBytes);
    workerStream.send("stream:frame", { device_id: deviceA, timestamp, frame, width: 720, height: 1600 });
    await eventually(() => expect(fast.last("stream:frame")).toMatchObject({ timestamp }));
    clock.advance(200);
  }
  expect(fast.all("stream:frame")).toHaveLength(count);

  // The slow one's page wakes up: it finds what was under way and then the newest, nothing between.
  slow.resume();
  await eventually(() => expect(slow.last("stream:frame")).toMatchObject({ timestamp: count }));
  const got = slow.parsed("stream:frame", streamFrame).map(({ timestamp }) => timestamp);
  const fitting = Math.ceil(windowBytes / (frameBytes + 200));
  expect(got).toEqual([...Array.from({ length: fitting }, (_, index) => index + 1), count]);

  // What the relay says it sent is what there was to buffer.
  slow.close();
  await eventually(() =>
    expect(store.listAuditEvents(10)).toContainEqual(
      expect.objectContaining({ event: "stream", details: expect.objectContaining({ frames: fitting + 1 }) }),
    ),
  );
  for (const client of [worker, workerStream, fast]) client.close();
});

test("[S11] on /media one that stops reading video goes on with a key frame, and delays nobody", async () => {
  const worker = await connect("/worker", { ...workerAuth("desk-1"), sends_video: true });
  await worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const source = await connectPackets({ ...workerAuth("desk-1"), sends_video: true });
  const slow = await connectPackets(dashboardAuth);
  const fast = await connectPackets(dashboardAuth);
  const request = { device_id: deviceA, quality: "high", fps: 60, encoding: "h264" };
  for (const viewer of [slow, fast]) await viewer.request("stream:start", request);

  const frameBytes = 60_000;
  let sequence = 0;
  async function send(kind: "key" | "delta"): Promise<void> {
    source.sendPacket(samplePacket({ kind, sequence: (sequence += 1) }, frameBytes));
    await eventually(() => expect(sequenceOf(fast.packets.at(-1))).toBe(sequence));
    clock.advance(20);
  }
  await send("key");
  slow.pause();
  for (let count = 0; count < 200; count += 1) await send("delta");
  expect(fast.packets).toHaveLength(201);

  // Its page wakes up: it finds what was under way, the relay asks for a key frame, and it goes on from there.
  slow.resume();
  await eventually(() => expect(source.all("stream:refresh")).toHaveLength(1));
  const underWay = slow.packets.map(sequenceOf);
  expect(underWay).toEqual(underWay.map((_, at) => at + 1));
  expect(underWay.length * frameBytes).toBeLessThan(toldWindowBytes + 2 * frameBytes);
  await send("delta");
  await send("key");
  await send("delta");
  await eventually(() => expect(slow.packets.map(sequenceOf)).toEqual([...underWay, sequence - 1, sequence]));
  for (const client of [worker, source, slow, fast]) client.close();
});

function sequenceOf(packet: Uint8Array | undefined): number | undefined {
  const header = packet && readMediaHeader(packet);
  return header?.ok === true ? header.value.sequence : undefined;
}
