import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mediaPayload, readMediaHeader, type MediaHeader } from "../../protocol/media-packet.ts";
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
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

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
  const request = { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" };
  return client.request("stream:start", { ...request, ...changes });
}
function headersOf(client: PacketClient): MediaHeader[] {
  return client.packets.map((packet) => {
    const read = readMediaHeader(packet);
    if (!read.ok) throw new Error(read.fault.message);
    return read.value;
  });
}
function kindsOf(client: PacketClient) {
  return headersOf(client).map(({ kind }) => kind);
}
const jpeg = (changes: Partial<MediaHeader> = {}, size = 100) =>
  samplePacket({ kind: "jpeg", ...changes }, size);

describe("[S1] a worker that sends video is told", () => {
  const told = () => source.all("stream:start").at(-1);

  test("each JPEG layer with its rate, the least video that serves all, and whether there is to be sound", async () => {
    await start(viewer, { encoding: "h264", fps: 30, short_edge: 1080 });
    expect(told()).toEqual({
      device_id: deviceA,
      serial_number: serialA,
      quality: "low",
      fps: 1,
      encoding: "binary",
      layers: [],
      video: { short_edge: 1080, fps: 30 },
      sound: false,
    });
    const others = [await farm.viewer(), await farm.mediaViewer(), await farm.mediaViewer()] as const;
    await start(others[0], { fps: 2, encoding: undefined });
    await start(others[1], { quality: "high", fps: 1, sound: true });
    await start(others[2], { quality: "medium", fps: 60, encoding: "h264" });
    expect(told()).toMatchObject({
      quality: "high",
      fps: 2,
      layers: [
        { quality: "low", fps: 2 },
        { quality: "high", fps: 1 },
      ],
      video: { short_edge: 1080, fps: 60 },
      sound: true,
    });
    await viewer.request("stream:stop", { device_id: deviceA });
    await others[1].request("stream:stop", { device_id: deviceA });
    expect(told()).toMatchObject({
      quality: "low",
      layers: [{ quality: "low", fps: 2 }],
      video: { short_edge: 480, fps: 60 },
      sound: false,
    });
    await others[2].request("stream:stop", { device_id: deviceA });
    expect(told()).not.toHaveProperty("video");
  });

  test("nothing again that it knows already", async () => {
    await start(viewer);
    await start(await farm.viewer(), { fps: 3 });
    expect(source.all("stream:start")).toHaveLength(1);
  });
});

describe("[S2] a JPEG", () => {
  test("that came as a packet reaches each in the form it can take", async () => {
    const text = await farm.viewer();
    const binary = await farm.viewer();
    await start(viewer);
    await start(text, { encoding: undefined });
    await start(binary);
    const sent = jpeg({ capturedMs: 1234.5 });
    source.sendPacket(sent);
    const frame = {
      device_id: deviceA,
      timestamp: 1234.5,
      width: 240,
      height: 532,
      screen_width: 1080,
      screen_height: 2400,
    };
    expect(text.all("stream:frame")).toEqual([
      { ...frame, frame: Buffer.from(mediaPayload(sent)).toString("base64") },
    ]);
    expect(binary.all("stream:frame")).toEqual([
      { ...frame, frame: expect.objectContaining({ byteLength: 100 }) },
    ]);
    expect(mediaPayload(viewer.packets[0] ?? new Uint8Array())).toEqual(mediaPayload(sent));
    expect(headersOf(viewer)).toMatchObject([
      { kind: "jpeg", capturedMs: 1234.5, relayedInMs: expect.any(Number) },
    ]);
  });

  test("that came as a frame becomes a packet for who takes packets", async () => {
    source.close();
    const plain = await farm.workerStream();
    await start(viewer);
    const frame = { device_id: deviceA, timestamp: 7, width: 240, height: 532 };
    await plain.request("stream:frame", { ...frame, frame: "AQID", screen_width: 1080, screen_height: 2400 });
    farm.clock.advance(200);
    await plain.request("stream:frame", { ...frame, frame: Uint8Array.of(1, 2, 3) });
    for (const packet of viewer.packets) expect(mediaPayload(packet)).toEqual(Uint8Array.of(1, 2, 3));
    const common = { kind: "jpeg", layer: "low", deviceId: deviceA, width: 240, height: 532, capturedMs: 0 };
    expect(headersOf(viewer)).toMatchObject([
      { ...common, screenWidth: 1080, screenHeight: 2400 },
      { ...common, screenWidth: 0, screenHeight: 0 },
    ]);
  });

  test("of a layer reaches those who asked for that layer", async () => {
    const large = await farm.mediaViewer();
    await start(viewer);
    await start(large, { quality: "high" });
    for (let round = 0; round < 3; round += 1) {
      source.sendPacket(jpeg({ layer: "low" }));
      source.sendPacket(jpeg({ layer: "high" }));
      farm.clock.advance(200);
    }
    expect(headersOf(viewer).map(({ layer }) => layer)).toEqual(["low", "low", "low"]);
    // Before its own came, it was shown what there was.
    expect(headersOf(large).map(({ layer }) => layer)).toEqual(["low", "high", "high"]);
  });

  test("reaches everybody whatever layer, from a worker that sends only one", async () => {
    source.close();
    const plain = await farm.workerStream();
    const large = await farm.mediaViewer();
    await start(viewer);
    await start(large, { quality: "high" });
    for (const width of [720, 240, 720]) {
      const frame = { device_id: deviceA, timestamp: 1, width, height: 2 * width, frame: "AQID" };
      await plain.request("stream:frame", frame);
      farm.clock.advance(200);
    }
    expect([viewer.packets.length, large.packets.length]).toEqual([3, 3]);
  });

  test("[S6] greets who comes late in the layer nearest to what it asks for", async () => {
    await start(viewer, { quality: "low" });
    await start(await farm.mediaViewer(), { quality: "high" });
    source.sendPacket(jpeg({ layer: "low" }));
    source.sendPacket(jpeg({ layer: "high" }));
    for (const [quality, layer] of [
      ["low", "low"],
      ["medium", "low"],
      ["high", "high"],
    ] as const) {
      const late = await farm.mediaViewer();
      await start(late, { quality });
      farm.clock.advance(0);
      expect(headersOf(late)).toMatchObject([{ layer }]);
      late.close();
    }
  });
});

describe("[S13] what goes with the pictures", () => {
  test("a mark that the screen is still goes to all who take packets", async () => {
    const plain = await farm.viewer();
    const frames = await farm.viewer();
    const video = await farm.mediaViewer();
    await start(viewer);
    await start(frames);
    for (const client of [plain, video]) await start(client, { encoding: "h264" });
    source.sendPacket(samplePacket({ kind: "still" }, 0));
    expect([kindsOf(viewer), kindsOf(video)]).toEqual([["still"], ["still"]]);
    expect(plain.all("stream:packet")).toHaveLength(1);
    expect(frames.received).toEqual([]);
  });

  test("sound goes to those alone who asked for it, and its beginning to those who come late", async () => {
    const deaf = await farm.mediaViewer();
    const plain = await farm.viewer();
    await start(viewer, { sound: true });
    await start(deaf);
    await start(plain, { sound: true, encoding: undefined });
    source.sendPacket(samplePacket({ kind: "sound-start" }, 20));
    source.sendPacket(samplePacket({ kind: "sound" }));
    expect(kindsOf(viewer)).toEqual(["sound-start", "sound"]);
    expect(plain.all("stream:packet")).toHaveLength(2);
    const late = await farm.mediaViewer();
    await start(late, { sound: true });
    source.sendPacket(samplePacket({ kind: "sound" }));
    expect(kindsOf(late)).toEqual(["sound-start", "sound"]);
    expect(kindsOf(deaf)).toEqual([]);
  });

  test("how the picture stands is told, and told again to those who come late", async () => {
    await start(viewer);
    const status = { device_id: deviceA, source: "video", display: "on" };
    for (const display of ["on", "off"]) {
      expect(await source.request("stream:status", { ...status, display })).toEqual({ ok: true });
    }
    expect(viewer.all("stream:status")).toEqual([status, { ...status, display: "off" }]);
    const late = await farm.viewer();
    await start(late);
    expect(late.all("stream:status")).toEqual([{ ...status, display: "off" }]);
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    const last = await farm.viewer();
    await start(last);
    expect(last.received).toEqual([]);
  });
});

describe("[T10] a device sends", () => {
  async function sentIn10s(kind: MediaHeader["kind"], perSecond: number, size: number): Promise<number> {
    await start(viewer, { encoding: "h264", sound: true, fps: 60 });
    source.sendPacket(samplePacket({ kind: "key", sequence: 65_535 }));
    farm.clock.advance(5000);
    viewer.packets.splice(0);
    for (let count = 0; count < 10 * perSecond; count += 1) {
      source.sendPacket(samplePacket({ kind, sequence: count }, size));
      farm.clock.advance(1000 / perSecond);
    }
    return kindsOf(viewer).filter((each) => each === kind).length;
  }

  test("70 packets of video a second in the long run", async () => {
    expect(await sentIn10s("delta", 60, 100)).toBe(600);
    expect(await sentIn10s("key", 200, 100)).toBeLessThanOrEqual(10 * 70 + 71);
  });

  test("200 of sound", async () => {
    expect(await sentIn10s("sound", 200, 100)).toBe(2000);
    expect(await sentIn10s("sound", 400, 100)).toBeLessThanOrEqual(10 * 200 + 201);
  });

  test("4 MB a second of both", async () => {
    expect(await sentIn10s("key", 30, 120_000)).toBe(300);
    expect(await sentIn10s("key", 30, 600_000)).toBeLessThanOrEqual(10 * 7 + 14);
  });

  test("and what is over it is told sparingly, and goes on with a key frame", async () => {
    await start(viewer, { encoding: "h264", fps: 60 });
    source.sendPacket(samplePacket({ kind: "key", sequence: 0 }));
    for (let sequence = 1; sequence < 200; sequence += 1) source.sendPacket(samplePacket({ sequence }));
    expect(viewer.packets).toHaveLength(70);
    expect(source.errors()).toMatchObject([
      { code: "RATE_LIMITED", details: { event: "stream:packet", device_id: deviceA, refused: 1 } },
    ]);
    farm.clock.advance(1000);
    expect(source.all("stream:refresh")).toHaveLength(1);
    source.sendPacket(samplePacket({ sequence: 200 }));
    source.sendPacket(samplePacket({ kind: "key", sequence: 201 }));
    expect(headersOf(viewer).at(-1)).toMatchObject({ sequence: 201 });
    expect(viewer.packets).toHaveLength(71);
  });
});

test("[C8] a packet or a status of a device that is not this worker's is refused and reaches nobody", async () => {
  await start(viewer);
  await farm.worker("desk-2");
  const stranger = await farm.workerMedia("desk-2");
  for (const deviceId of [deviceA, strangeDevice]) {
    stranger.sendPacket(jpeg({ deviceId }));
    const status = { device_id: deviceId, source: "none", display: "on" };
    expect(await stranger.request("stream:status", status)).toMatchObject({ fault: { code: "FORBIDDEN" } });
  }
  expect(stranger.errors()).toMatchObject([{ code: "FORBIDDEN" }, { code: "FORBIDDEN" }]);
  expect([...viewer.packets, ...viewer.received]).toEqual([]);
});

test("[P1] what is no packet is refused with the reason, and the connection stays", async () => {
  source.sendPacket(new Uint8Array(79));
  source.sendPacket(jpeg({}, 0));
  source.sendPacket(new Uint8Array(80));
  expect(source.errors()).toMatchObject([
    { code: "INVALID_PAYLOAD", message: expect.stringContaining("fewer than its header") },
    { code: "INVALID_PAYLOAD", message: expect.stringContaining("jpeg needs something") },
  ]);
  expect(source.isClosed()).toBe(false);
});

test("[S1] packets that nobody watches are answered with a stop", async () => {
  for (let count = 0; count < 20; count += 1) {
    source.sendPacket(jpeg({ deviceId: deviceB }));
    farm.clock.advance(200);
  }
  expect(source.all("stream:stop")).toEqual([
    { device_id: deviceB, serial_number: serialB },
    { device_id: deviceB, serial_number: serialB },
  ]);
});
