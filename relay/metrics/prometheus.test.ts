import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  dashboardAuth,
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  type TestFarm,
} from "../testing/test-farm.ts";
import { samplePacket } from "../testing/sample-packet.ts";
import type { TestClient } from "../testing/test-client.ts";
import { makePrometheusMetrics, type PrometheusMetrics } from "./prometheus.ts";

let farm: TestFarm;
let metrics: PrometheusMetrics;
let worker: TestClient;
beforeEach(async () => {
  metrics = makePrometheusMetrics();
  farm = makeTestFarm({ metrics });
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB, { adb_connected: false })]));
});
afterEach(() => farm.close());

/** The value of each series, by its name and labels as they stand in the text. */
async function scrape(): Promise<Record<string, number>> {
  const text = await metrics.expose({
    farm,
    wires: farm,
    store: farm.store,
    eventLoop: { quantile: (share) => share, reset() {}, close() {} },
  });
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

describe("[W3] the metrics tell", () => {
  test("who is connected and how the devices are", async () => {
    await farm.dashboard();
    (await farm.viewer()).close();
    await farm.workerStream();
    expect(await scrape()).toMatchObject({
      tabfarm_workers_connected: 1,
      tabfarm_dashboards_connected: 1,
      tabfarm_viewers_connected: 0,
      'tabfarm_devices{status="idle",health="healthy"}': 1,
      'tabfarm_devices{status="idle",health="zombie"}': 1,
    });
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    const after = await scrape();
    expect(after).toMatchObject({
      'tabfarm_devices{status="offline",health="offline"}': 1,
      'tabfarm_devices{status="idle",health="healthy"}': 1,
    });
    expect(after).not.toHaveProperty('tabfarm_devices{status="idle",health="zombie"}');
  });

  test("commands under way, and how and how fast they end", async () => {
    const dashboard = await farm.dashboard();
    const tap = { command_id: randomUUID(), device_id: deviceA, command_type: "tap", params: { x: 1, y: 2 } };
    await dashboard.request("command:send", tap);
    expect(await scrape()).toMatchObject({ tabfarm_commands_pending: 1 });
    farm.clock.advance(300);
    worker.send("command:ack", { command_id: tap.command_id, device_id: deviceA, status: "completed" });
    expect(await scrape()).toMatchObject({
      tabfarm_commands_pending: 0,
      'tabfarm_command_seconds_count{outcome="completed"}': 1,
      'tabfarm_command_seconds_sum{outcome="completed"}': 0.3,
    });
  });

  test("frames that came, went out and never did", async () => {
    const stream = await farm.workerStream();
    const viewer = await farm.viewer();
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 1, encoding: "binary" });
    const frame = { device_id: deviceA, timestamp: 1, width: 1, height: 1, frame: new Uint8Array(1000) };
    for (let count = 0; count < 4; count += 1) stream.send("stream:frame", frame);
    expect(viewer.all("stream:frame")).toHaveLength(1);
    expect(await scrape()).toMatchObject({
      tabfarm_streams_watched: 1,
      'tabfarm_packets_in_total{kind="jpeg"}': 4,
      'tabfarm_packet_bytes_in_total{kind="jpeg"}': 4800,
      'tabfarm_packets_out_total{kind="jpeg"}': 1,
      'tabfarm_packet_bytes_out_total{kind="jpeg"}': 1200,
      // The second and the third: the fourth still waits for its turn.
      'tabfarm_packets_dropped_total{kind="jpeg"}': 2,
      'tabfarm_packets_in_total{kind="key"}': 0,
      tabfarm_streams_cached_bytes: 1200,
    });
  });

  test("packets by kind, and what is kept of them", async () => {
    const stream = await farm.workerMedia();
    const viewer = await farm.mediaViewer();
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 1, encoding: "binary" });
    for (const kind of ["jpeg", "jpeg", "jpeg", "still", "sound"] as const) {
      stream.sendPacket(samplePacket({ kind }, kind === "still" ? 0 : 20));
    }
    const told = await scrape();
    expect(told).toMatchObject({
      'tabfarm_packets_in_total{kind="jpeg"}': 3,
      'tabfarm_packets_in_total{kind="still"}': 1,
      'tabfarm_packets_in_total{kind="sound"}': 1,
      'tabfarm_packets_in_total{kind="key"}': 0,
      'tabfarm_packet_bytes_in_total{kind="jpeg"}': 300,
      'tabfarm_packets_out_total{kind="jpeg"}': 1,
      'tabfarm_packets_out_total{kind="still"}': 1,
      'tabfarm_packets_out_total{kind="sound"}': 0,
      'tabfarm_packets_dropped_total{kind="jpeg"}': 1,
      // With the head of the message that it goes out in.
      tabfarm_streams_cached_bytes: 102,
    });
  });

  test("how long pictures take on each part of their way, since they were asked last", async () => {
    const stream = await farm.workerMedia();
    const viewer = await farm.mediaViewer();
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" });
    const sentMs = performance.timeOrigin + performance.now();
    const times = { capturedMs: sentMs - 60, takenMs: sentMs - 40, sentMs };
    stream.sendPacket(samplePacket({ kind: "jpeg", ...times }));
    stream.sendPacket(samplePacket({ kind: "key", takenMs: 1000, sentMs: 0 }));
    const seen = { encoding: "h264", downlink: 5, decode: 10, paint: 2, total: 100 };
    for (const sample of [seen, { ...seen, encoding: "jpeg" }]) {
      expect(await viewer.request("stream:latency", { samples: [sample] })).toEqual({ ok: true });
    }
    const told = await scrape();
    const p95 = (hop: string, encoding: string) =>
      told[`tabfarm_hop_seconds{hop="${hop}",encoding="${encoding}",quantile="0.95"}`];
    expect(p95("capture", "jpeg")).toBeCloseTo(0.02, 2);
    expect(p95("engine", "jpeg")).toBeCloseTo(0.04, 2);
    for (const hop of ["uplink", "relay"]) expect(p95(hop, "jpeg")).toBeLessThan(0.5);
    for (const encoding of ["jpeg", "h264"]) {
      expect(p95("downlink", encoding)).toBeCloseTo(0.005, 3);
      expect(p95("decode", encoding)).toBeCloseTo(0.01, 3);
      expect(p95("paint", encoding)).toBeCloseTo(0.002, 3);
      expect(p95("total", encoding)).toBeCloseTo(0.1, 1);
    }
    // What nobody knows is not told.
    for (const hop of ["capture", "engine", "uplink"]) expect(p95(hop, "h264")).toBeUndefined();
    expect(JSON.stringify(await scrape())).not.toContain("tabfarm_hop_seconds");
  });

  test("what is refused, by code, whichever way it is told", async () => {
    const dashboard = await farm.dashboard();
    await dashboard.request("no:such", {});
    dashboard.send("no:such", {});
    await farm.tryConnect("/dashboard", { ...dashboardAuth, token: "wrong" });
    expect(await scrape()).toMatchObject({
      'tabfarm_events_refused_total{code="INVALID_PAYLOAD"}': 2,
      'tabfarm_connections_refused_total{code="AUTH_FAILED"}': 1,
    });
  });

  test("how the process and its store keep up", async () => {
    await farm.store.commit();
    const told = await scrape();
    expect(told).toMatchObject({
      'tabfarm_event_loop_delay_seconds{quantile="0.5"}': 0.5,
      'tabfarm_event_loop_delay_seconds{quantile="0.99"}': 0.99,
      tabfarm_store_writable: 1,
      tabfarm_store_oldest_waiting_seconds: 0,
      tabfarm_audit_rows: 2,
    });
    expect(told["tabfarm_store_commit_seconds"]).toBeGreaterThan(0);
    expect(told["process_resident_memory_bytes"]).toBeGreaterThan(told["nodejs_heap_size_used_bytes"] ?? 0);
    expect(told["process_cpu_seconds_total"]).toBeGreaterThan(0);
  });

  test("nothing by device, PC or person", async () => {
    const text = JSON.stringify(await scrape());
    for (const name of [deviceA, serialA, "desk-1", "dashboard "]) expect(text).not.toContain(name);
  });
});
