import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { streamFrame, type StreamFrame } from "../../protocol/stream.ts";
import { workerGraceMs } from "../presence/presence.ts";
import type { TestClient } from "../testing/test-client.ts";
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
import { windowBytes } from "./send-window.ts";

let farm: TestFarm;
let worker: TestClient;
let workerStream: TestClient;
let viewer: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  workerStream = await farm.workerStream();
  viewer = await farm.viewer();
});
afterEach(() => farm.close());

const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const base64 = Buffer.from(bytes).toString("base64");
let lastTimestamp = 0;
function frame(changes: Partial<StreamFrame> = {}): StreamFrame {
  lastTimestamp += 1;
  return { device_id: deviceA, timestamp: lastTimestamp, frame: bytes, width: 240, height: 533, ...changes };
}
/** A frame that weighs `size` bytes. */
function bigFrame(size: number, changes: Partial<StreamFrame> = {}): StreamFrame {
  return frame({ frame: new Uint8Array(size), ...changes });
}
function start(client: TestClient, changes: object = {}) {
  const request = { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" };
  return client.request("stream:start", { ...request, ...changes });
}
function timestamps(client: TestClient, deviceId = deviceA): number[] {
  return client
    .parsed("stream:frame", streamFrame)
    .filter(({ device_id: id }) => id === deviceId)
    .map(({ timestamp }) => timestamp);
}

describe("[S1] the worker hears what is wanted of a device", () => {
  test("the greatest quality and rate of all viewers, again when that changes, and the end", async () => {
    const other = await farm.viewer();
    await start(viewer, { quality: "low", fps: 2, encoding: undefined });
    await start(other, { quality: "high", fps: 1, encoding: undefined });
    await start(other, { quality: "medium", fps: 1, encoding: undefined });
    await start(other, { quality: "low", fps: 1, encoding: undefined });
    await other.request("stream:stop", { device_id: deviceA });
    const wanted = { device_id: deviceA, serial_number: serialA, fps: 2, encoding: "base64" };
    expect(workerStream.received).toEqual([
      { event: "stream:start", payload: { ...wanted, quality: "low" } },
      { event: "stream:start", payload: { ...wanted, quality: "high" } },
      { event: "stream:start", payload: { ...wanted, quality: "medium" } },
      { event: "stream:start", payload: { ...wanted, quality: "low" } },
    ]);
    workerStream.forget();
    await viewer.request("stream:stop", { device_id: deviceA });
    expect(workerStream.received).toEqual([
      { event: "stream:stop", payload: { device_id: deviceA, serial_number: serialA } },
    ]);
  });

  test("and the end also when the last viewer loses its connection", async () => {
    await start(viewer);
    await start(viewer, { device_id: deviceB });
    workerStream.forget();
    viewer.close();
    expect(workerStream.received).toMatchObject([
      { event: "stream:stop", payload: { device_id: deviceA } },
      { event: "stream:stop", payload: { device_id: deviceB } },
    ]);
  });
});

test("[S1] a worker that missed the stop is told again when its frames keep coming", async () => {
  await start(viewer);
  workerStream.close();
  await viewer.request("stream:stop", { device_id: deviceA });
  workerStream = await farm.workerStream();
  for (let count = 0; count < 20; count += 1) {
    await workerStream.request("stream:frame", frame());
    farm.clock.advance(200);
  }
  expect(workerStream.received).toMatchObject([{ event: "stream:stop", payload: { device_id: deviceA } }]);
});

describe("[S2] a frame", () => {
  test("goes only to viewers of its device, whoever else is there", async () => {
    const dashboard = await farm.dashboard();
    dashboard.forget();
    const other = await farm.viewer();
    await start(viewer);
    await start(other, { device_id: deviceB });
    await workerStream.request("stream:frame", frame());
    expect(viewer.all("stream:frame")).toHaveLength(1);
    expect([...other.received, ...dashboard.received]).toEqual([]);
  });

  test.each([
    ["bytes", bytes],
    ["text", base64],
  ])("sent as %s reaches each in the encoding it asked for", async (_, sent) => {
    const plain = await farm.viewer();
    await start(viewer);
    await start(plain, { encoding: undefined });
    const one = frame({ frame: sent, screen_width: 1080, screen_height: 2400 });
    await workerStream.request("stream:frame", one);
    expect(plain.all("stream:frame")).toEqual([{ ...one, frame: base64 }]);
    expect(viewer.all("stream:frame")).toEqual([{ ...one, frame: bytes }]);
  });

  test("that comes after the stop is nobody's and no error", async () => {
    await start(viewer);
    await viewer.request("stream:stop", { device_id: deviceA });
    expect(await workerStream.request("stream:frame", frame())).toEqual({ ok: true });
    expect(viewer.all("stream:frame")).toEqual([]);
  });
});

describe("[S3] a viewer is sent at most the rate it asked for", () => {
  test.each([1, 2, 5])("%i a second of 25", async (fps) => {
    await start(viewer, { fps });
    const seconds = 10;
    for (let count = 0; count < seconds * 25; count += 1) {
      await workerStream.request("stream:frame", frame());
      farm.clock.advance(40);
    }
    const got = timestamps(viewer).length;
    expect(got).toBeLessThanOrEqual(seconds * fps + 1);
    expect(got).toBeGreaterThanOrEqual(seconds * fps - 1);
  });

  test("and a sender's jitter at that rate costs no frame", async () => {
    await start(viewer, { fps: 5 });
    for (const gapMs of [200, 170, 230, 200, 160, 240, 200, 200]) {
      await workerStream.request("stream:frame", frame());
      farm.clock.advance(gapMs);
    }
    expect(timestamps(viewer)).toHaveLength(8);
  });

  test("whatever it asks again", async () => {
    await start(viewer);
    for (let count = 0; count < 10; count += 1) {
      await start(viewer, { fps: count % 2 === 0 ? 4 : 5 });
      await workerStream.request("stream:frame", frame());
    }
    expect(timestamps(viewer)).toHaveLength(1);
  });
});

describe("[S4] frames never queue", () => {
  const frameBytes = 30_000;
  /** How many frames fit before the window is full, the one that fills it included. */
  const fitting = Math.ceil(windowBytes / (frameBytes + 200));

  async function stream(count: number, changes: Partial<StreamFrame> = {}): Promise<number> {
    let timestamp = 0;
    for (let sent = 0; sent < count; sent += 1) {
      const one = bigFrame(frameBytes, changes);
      timestamp = one.timestamp;
      await workerStream.request("stream:frame", one);
      farm.clock.advance(200);
    }
    return timestamp;
  }

  test("a viewer that stops reading gets a window full, then the newest, and delays nobody", async () => {
    const stalled = await farm.viewer();
    await start(stalled);
    await start(viewer);
    stalled.pause();
    const newest = await stream(50);
    expect(timestamps(viewer)).toHaveLength(50);
    stalled.resume();
    await eventually(() => expect(timestamps(stalled).at(-1)).toBe(newest));
    expect(timestamps(stalled)).toHaveLength(fitting + 1);
  });

  test("after it caught up it gets the newest of each of its devices", async () => {
    await start(viewer);
    await start(viewer, { device_id: deviceB });
    viewer.pause();
    const newestOfA = await stream(20);
    const newestOfB = await stream(20, { device_id: deviceB });
    viewer.resume();
    await eventually(() => {
      expect(timestamps(viewer, deviceA).at(-1)).toBe(newestOfA);
      expect(timestamps(viewer, deviceB)).toEqual([newestOfB]);
    });
  });

  test("a viewer that reads again goes on as if nothing had been", async () => {
    await start(viewer);
    viewer.pause();
    await stream(20);
    viewer.resume();
    await eventually(() => expect(timestamps(viewer)).toHaveLength(fitting + 1));
    farm.clock.advance(1000);
    await stream(20);
    expect(timestamps(viewer)).toHaveLength(fitting + 21);
  });

  test("a frame greater than the window is sent, alone", async () => {
    await start(viewer);
    viewer.pause();
    for (let count = 0; count < 3; count += 1) {
      await workerStream.request("stream:frame", bigFrame(1_000_000));
      farm.clock.advance(200);
    }
    viewer.resume();
    await eventually(() => expect(timestamps(viewer)).toHaveLength(2));
  });
});

describe("[S6] a viewer that starts while others watch", () => {
  test("sees the last frame at once", async () => {
    await start(viewer);
    const last = frame();
    await workerStream.request("stream:frame", last);
    const late = await farm.viewer();
    await start(late);
    farm.clock.advance(0);
    expect(late.all("stream:frame")).toMatchObject([{ timestamp: last.timestamp }]);
  });

  test("and so does one that asks again", async () => {
    await start(viewer);
    const last = frame();
    await workerStream.request("stream:frame", last);
    await start(viewer);
    farm.clock.advance(1000);
    expect(viewer.all("stream:frame")).toMatchObject([
      { timestamp: last.timestamp },
      { timestamp: last.timestamp },
    ]);
  });

  test("but not one from before the cable was pulled", async () => {
    await start(viewer);
    await workerStream.request("stream:frame", frame());
    worker.send("worker:heartbeat", heartbeatOf([phone(serialB)]));
    const late = await farm.viewer();
    await start(late);
    farm.clock.advance(1000);
    expect(late.all("stream:frame")).toEqual([]);
  });
});

describe("[S7] nobody need ask again", () => {
  const wanted = [{ event: "stream:start", payload: { device_id: deviceA, quality: "high", fps: 3 } }];
  beforeEach(() => start(viewer, { quality: "high", fps: 3 }));

  test("when the worker's stream connects again", async () => {
    workerStream.close();
    workerStream = await farm.workerStream();
    expect(workerStream.received).toMatchObject(wanted);
    await workerStream.request("stream:frame", frame());
    expect(viewer.all("stream:frame")).toHaveLength(1);
  });

  test("when the whole worker was gone for long", async () => {
    worker.close();
    workerStream.close();
    farm.clock.advance(workerGraceMs);
    workerStream = await farm.workerStream();
    expect(workerStream.received).toEqual([]);
    (await farm.worker()).send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(workerStream.received).toMatchObject(wanted);
  });

  test("when the device was unplugged meanwhile", () => {
    workerStream.forget();
    for (const devices of [[], [phone(serialA)]]) worker.send("worker:heartbeat", heartbeatOf(devices));
    expect(workerStream.received).toMatchObject(wanted);
  });

  test("when the device was unplugged before they asked", async () => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    expect(await start(viewer, { device_id: deviceB })).toEqual({ ok: true });
    workerStream.forget();
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    expect(workerStream.received).toMatchObject([
      { event: "stream:start", payload: { device_id: deviceB, serial_number: serialB } },
    ]);
  });
});

describe("[S8] stream:start is refused", () => {
  test("for an unknown device with DEVICE_NOT_FOUND", async () => {
    for (const event of ["stream:start", "stream:stop"]) {
      const request = { device_id: strangeDevice, quality: "low", fps: 1 };
      expect(await viewer.request(event, request)).toMatchObject({ fault: { code: "DEVICE_NOT_FOUND" } });
    }
  });

  test("with an encoding the relay does not serve with STREAM_ERROR", async () => {
    expect(await start(viewer, { encoding: "h264" })).toMatchObject({ fault: { code: "STREAM_ERROR" } });
    expect(workerStream.received).toEqual([]);
  });
});

test("[C8] a frame of a device that is not this worker's is refused and reaches nobody", async () => {
  await start(viewer);
  await farm.worker("desk-2");
  const stranger = await farm.workerStream("desk-2");
  for (const device_id of [deviceA, strangeDevice]) {
    expect(await stranger.request("stream:frame", frame({ device_id }))).toMatchObject({
      fault: { code: "FORBIDDEN" },
    });
  }
  expect(viewer.all("stream:frame")).toEqual([]);
});
