import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceIdOf } from "../../protocol/device-id.ts";
import { readMediaHeader, type MediaHeader } from "../../protocol/media-packet.ts";
import type { PacketClient, TestClient } from "../testing/test-client.ts";
import { samplePacket } from "../testing/sample-packet.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  type TestFarm,
} from "../testing/test-farm.ts";
import { toldWindowBytes } from "./send-window.ts";

let farm: TestFarm;
let worker: TestClient;
let source: PacketClient;
let viewer: PacketClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker("desk-1", { sends_video: true });
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  source = await farm.workerMedia();
  viewer = await farm.mediaViewer();
});
afterEach(() => farm.close());

function start(client: TestClient, changes: object = {}) {
  const request = { device_id: deviceA, quality: "low", fps: 30, encoding: "h264" };
  return client.request("stream:start", { ...request, ...changes });
}

let sequence = 65_530;
/** Sends a piece of video and lets the time of its frame pass. */
function send(kind: "key" | "delta", size = 1000, changes: Partial<MediaHeader> = {}): number {
  sequence = (sequence + 1) % 65_536;
  source.sendPacket(samplePacket({ kind, sequence, ...changes }, size));
  farm.clock.advance(33);
  return sequence;
}

function headersOf(packets: readonly unknown[]): MediaHeader[] {
  return packets.map((packet) => {
    const read = readMediaHeader(packet as Uint8Array);
    if (!read.ok) throw new Error(read.fault.message);
    return read.value;
  });
}
function sequencesOf(packets: readonly unknown[]): number[] {
  return headersOf(packets).map((header) => header.sequence);
}
const refreshes = () => source.all("stream:refresh").length;

/** What a decoder would make of it: every delta comes right after what it needs. */
function expectDecodable(packets: readonly unknown[]): void {
  const headers = headersOf(packets);
  const useless = headers.filter(({ kind, sequence }, at) => {
    const before = headers[at - 1]?.sequence;
    return kind === "delta" && (before === undefined || sequence !== (before + 1) % 65_536);
  });
  expect(useless).toEqual([]);
}

describe("[S9] video", () => {
  test("reaches each viewer as it came, on whichever wire, with the relay's two times", async () => {
    const plain = await farm.viewer();
    await start(viewer);
    await start(plain);
    const sent = [send("key"), send("delta"), send("delta")];
    for (const got of [viewer.packets, plain.all("stream:packet")]) {
      expect(sequencesOf(got)).toEqual(sent);
      for (const { relayedInMs, relayedOutMs } of headersOf(got)) {
        expect(relayedInMs).toBeGreaterThan(0);
        expect(relayedOutMs).toBeGreaterThanOrEqual(relayedInMs);
      }
    }
    const [key = new Uint8Array()] = viewer.packets;
    const expected = samplePacket({ kind: "key", sequence: sent[0] ?? 0 }, 1000);
    expect(key.subarray(0, 64)).toEqual(expected.subarray(0, 64));
    expect(key.subarray(80)).toEqual(expected.subarray(80));
    expect(plain.all("stream:frame")).toEqual([]);
  });

  test("is not held to a rate: the worker was told how much is wanted", async () => {
    await start(viewer, { fps: 1 });
    send("key");
    for (let count = 0; count < 59; count += 1) send("delta", 100);
    expect(viewer.packets).toHaveLength(60);
  });

  test("of a device goes to nobody who watches its JPEGs, or another", async () => {
    const other = await farm.mediaViewer();
    await start(viewer, { encoding: "binary", fps: 5 });
    await start(other, { device_id: deviceB });
    send("key");
    expect([...viewer.packets, ...other.packets]).toEqual([]);
  });

  test("is accepted from a worker on Socket.IO too", async () => {
    source.close();
    const plain = await farm.connect("/stream", {
      type: "worker",
      token: "worker-token-for-tests",
      pc_id: "desk-1",
      sends_video: true,
    });
    await start(viewer);
    expect(await plain.request("stream:packet", samplePacket({ kind: "key" }))).toEqual({ ok: true });
    expect(viewer.packets).toHaveLength(1);
  });
});

describe("[S10] who begins to watch video late", () => {
  test("begins with the last key frame, without anybody being asked", async () => {
    await start(viewer);
    const sent = [send("key"), send("delta"), send("key"), send("delta")];
    const late = await farm.mediaViewer();
    await start(late);
    farm.clock.advance(0);
    expect(sequencesOf(late.packets)).toEqual(sent.slice(2));
    const next = send("delta");
    expect(sequencesOf(late.packets)).toEqual([...sent.slice(2), next]);
    expect(refreshes()).toBe(0);
  });

  test("has the worker asked where none is kept, once for all", async () => {
    await start(viewer);
    const latecomers = [await farm.mediaViewer(), await farm.mediaViewer()];
    for (const late of latecomers) await start(late);
    farm.clock.advance(10);
    expect(source.all("stream:refresh")).toEqual([{ device_id: deviceA, serial_number: serialA }]);
    const key = send("key");
    for (const late of latecomers) expect(sequencesOf(late.packets)).toEqual([key]);
    farm.clock.advance(60_000);
    expect(refreshes()).toBe(1);
  });

  test("is not sent more than a million bytes or 300 packets of the past", async () => {
    for (const [count, size] of [
      [11, 100_000],
      [301, 10],
    ] as const) {
      await start(viewer);
      send("key", size);
      for (let sent = 1; sent < count; sent += 1) send("delta", size);
      source.forget();
      const late = await farm.mediaViewer();
      await start(late);
      farm.clock.advance(0);
      expect(late.packets).toEqual([]);
      expect(refreshes()).toBe(1);
      expect(farm.census().streamsCachedBytes).toBe(0);
      late.close();
      await viewer.request("stream:stop", { device_id: deviceA });
      farm.clock.advance(10_000);
    }
  });

  test("is sent nothing from before the cable was pulled", async () => {
    await start(viewer);
    send("key");
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    const late = await farm.mediaViewer();
    await start(late);
    farm.clock.advance(0);
    expect(late.packets).toEqual([]);
  });

  test("costs nothing when everybody has left", async () => {
    await start(viewer);
    send("key");
    expect(farm.census().streamsCachedBytes).toBeGreaterThan(1000);
    viewer.close();
    expect(farm.census().streamsCachedBytes).toBe(0);
  });
});

describe("[S11] a viewer of video that is too slow", () => {
  const frameBytes = 20_000;

  test("is dropped to a key frame, never sent a delta without all that it needs, and delays nobody", async () => {
    const fast = await farm.mediaViewer();
    await start(viewer);
    await start(fast);
    send("key", frameBytes);
    viewer.pause();
    for (let count = 0; count < 60; count += 1) send("delta", frameBytes);
    expect(fast.packets).toHaveLength(61);
    expect(refreshes()).toBe(0);
    viewer.resume();
    farm.clock.advance(0);
    // It took what was under way and is further behind than what is kept is worth: a key frame is asked for.
    expect(refreshes()).toBe(1);
    expect(viewer.packets.length * frameBytes).toBeLessThan(toldWindowBytes + 2 * frameBytes);
    send("delta", frameBytes);
    const key = send("key", frameBytes);
    const last = send("delta", frameBytes);
    expect(sequencesOf(viewer.packets).slice(-2)).toEqual([key, last]);
    expectDecodable(viewer.packets);
    expectDecodable(fast.packets);
  });

  test("that was late for a moment misses nothing", async () => {
    await start(viewer);
    const sent = [send("key", toldWindowBytes)];
    viewer.pause();
    for (let count = 0; count < 8; count += 1) sent.push(send("delta", frameBytes));
    viewer.resume();
    sent.push(send("delta", frameBytes));
    expect(sequencesOf(viewer.packets)).toEqual(sent);
    expect(refreshes()).toBe(0);
  });

  test("goes on with the newest key frame when one comes meanwhile", async () => {
    await start(viewer);
    send("key", toldWindowBytes);
    viewer.pause();
    for (let count = 0; count < 5; count += 1) send("delta", frameBytes);
    const key = send("key", frameBytes);
    const last = send("delta", frameBytes);
    viewer.resume();
    farm.clock.advance(0);
    expect(sequencesOf(viewer.packets).slice(-2)).toEqual([key, last]);
    expectDecodable(viewer.packets);
  });

  test("begins again with what is kept when that is little", async () => {
    await start(viewer);
    send("key", toldWindowBytes);
    viewer.pause();
    for (let count = 0; count < 40; count += 1) send("delta", frameBytes);
    const kept = [send("key", 1000)];
    viewer.resume();
    farm.clock.advance(0);
    expect(sequencesOf(viewer.packets).at(-1)).toBe(kept[0]);
    expectDecodable(viewer.packets);
    expect(refreshes()).toBe(0);
  });

  test("on Socket.IO is treated alike", async () => {
    const plain = await farm.viewer();
    await start(plain);
    send("key", frameBytes);
    plain.pause();
    for (let count = 0; count < 60; count += 1) send("delta", frameBytes);
    plain.resume();
    await Promise.resolve();
    await Promise.resolve();
    farm.clock.advance(0);
    const key = send("key", frameBytes);
    expect(sequencesOf(plain.all("stream:packet")).at(-1)).toBe(key);
    expectDecodable(plain.all("stream:packet"));
  });
});

describe("[S12] a key frame is asked for", () => {
  test("when a packet is missing, and what follows reaches nobody until it comes", async () => {
    await start(viewer);
    const sent = [send("key"), send("delta")];
    sequence += 1;
    for (let count = 0; count < 10; count += 1) send("delta");
    expect(sequencesOf(viewer.packets)).toEqual(sent);
    expect(refreshes()).toBe(1);
    sent.push(send("key"), send("delta"));
    expect(sequencesOf(viewer.packets)).toEqual(sent);
  });

  test("when a viewer says so, unless what is kept will do", async () => {
    await start(viewer);
    const key = send("key");
    for (const expected of [0, 1, 1]) {
      expect(await viewer.request("stream:refresh", { device_id: deviceA })).toEqual({ ok: true });
      farm.clock.advance(0);
      expect(refreshes()).toBe(expected);
    }
    // At first with the one that it had already: its decoder may be another.
    expect(sequencesOf(viewer.packets)).toEqual([key, key]);
    expect(sequencesOf(viewer.packets)).not.toContain(send("delta"));
    expect(send("key")).toBe(sequencesOf(viewer.packets).at(-1));
  });

  test("at most once a second, and again when none comes for 5 s", async () => {
    await start(viewer);
    farm.clock.advance(0);
    expect(refreshes()).toBe(1);
    farm.clock.advance(4999);
    expect(refreshes()).toBe(1);
    farm.clock.advance(1);
    expect(refreshes()).toBe(2);
    send("key");
    let answered = 2;
    for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 50) {
      await viewer.request("stream:refresh", { device_id: deviceA });
      if (refreshes() > answered) {
        answered += 1;
        source.sendPacket(samplePacket({ kind: "key" }));
      }
      farm.clock.advance(50);
    }
    expect(refreshes() - 2).toBeLessThanOrEqual(10);
    expect(refreshes() - 2).toBeGreaterThanOrEqual(9);
  });

  test("of nobody who is asked in vain, or watches no video", async () => {
    const other = await farm.mediaViewer();
    await start(other, { encoding: "binary", fps: 5 });
    for (const client of [viewer, other]) await client.request("stream:refresh", { device_id: deviceA });
    farm.clock.advance(10_000);
    expect(refreshes()).toBe(0);
  });
});

describe("[S8] h264 is refused with STREAM_ERROR", () => {
  const lack = { code: "STREAM_ERROR", details: { event: "stream:start", device_id: deviceA } };

  test("where the device's worker does not send it", async () => {
    const old = await farm.worker("desk-2");
    old.send("worker:heartbeat", heartbeatOf([phone("SERIAL-C")], "desk-2"));
    const device_id = deviceIdOf("SERIAL-C");
    expect(await start(viewer, { device_id })).toMatchObject({ ok: false, fault: { code: "STREAM_ERROR" } });
    expect(await start(viewer, { device_id, encoding: "binary", fps: 5 })).toEqual({ ok: true });
  });

  test("later, when such a worker takes over, and JPEGs go on", async () => {
    const plain = await farm.mediaViewer();
    await start(viewer);
    await start(plain, { encoding: "binary", fps: 5 });
    source.close();
    const old = await farm.workerStream();
    expect(viewer.errors()).toMatchObject([lack]);
    expect(plain.errors()).toEqual([]);
    expect(old.received).toEqual([
      {
        event: "stream:start",
        payload: { device_id: deviceA, serial_number: serialA, quality: "low", fps: 5, encoding: "binary" },
      },
    ]);
    await viewer.request("stream:stop", { device_id: deviceA });
    expect(farm.store.listAuditEvents(10).filter(({ event }) => event === "stream")).toHaveLength(1);
  });

  test("but is waited for while nobody knows", async () => {
    source.close();
    worker.close();
    farm.clock.advance(10_000);
    expect(await start(viewer)).toEqual({ ok: true });
  });
});

test("[R1] the row of a stream counts video and sound", async () => {
  await start(viewer, { sound: true, short_edge: 1080 });
  send("key", 920);
  send("delta", 420);
  source.sendPacket(samplePacket({ kind: "sound" }, 20));
  source.sendPacket(samplePacket({ kind: "still" }, 0));
  await viewer.request("stream:stop", { device_id: deviceA });
  expect(farm.store.listAuditEvents(100).find(({ event }) => event === "stream")).toMatchObject({
    details: { encoding: "h264", short_edge: 1080, sound: true, frames: 2, bytes: 1000 + 500 + 100 + 80 },
  });
});
