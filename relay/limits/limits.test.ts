import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contract } from "../../protocol/contract.ts";
import { heartbeatRate, mostPayloadBytes } from "../../protocol/limits.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { eventually } from "../testing/eventually.ts";
import type { TestClient } from "../testing/test-client.ts";
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
import { makeRateLimits } from "./rate-limits.ts";
import { makeSparing } from "./sparing.ts";

let farm: TestFarm;
let worker: TestClient;
let workerStream: TestClient;
let dashboard: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  workerStream = await farm.workerStream();
  dashboard = await farm.dashboard();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
  farm.clock.advance(3000);
});
afterEach(() => farm.close());

const limited = { ok: false, fault: { code: "RATE_LIMITED" } };

/** How many of so many requests, one every `gapMs`, were accepted. */
async function accepted(count: number, gapMs: number, request: () => Promise<{ ok: boolean }>) {
  let oks = 0;
  for (let index = 0; index < count; index += 1) {
    if ((await request()).ok) oks += 1;
    farm.clock.advance(gapMs);
  }
  return oks;
}

describe("[T1] heartbeats of a worker", () => {
  const beat = () => worker.request("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));

  test("are 1 in 3 s in the long run", async () => {
    expect(await accepted(3000, 100, beat)).toBe(99 + heartbeatRate.burst);
  });

  test("every 5 s with some between are all welcome, also over reconnections", async () => {
    for (let round = 0; round < 20; round += 1) {
      expect(await accepted(3, 200, beat)).toBe(3);
      worker.close();
      worker = await farm.worker();
      farm.clock.advance(8400);
    }
  });

  test("over the limit change nothing, and each worker has its own", async () => {
    await accepted(20, 0, beat);
    dashboard.forget();
    expect(await worker.request("worker:heartbeat", heartbeatOf([]))).toMatchObject(limited);
    expect(dashboard.received).toEqual([]);
    const other = await farm.worker("desk-2");
    expect(await other.request("worker:heartbeat", heartbeatOf([], "desk-2"))).toEqual({ ok: true });
    expect(worker.isClosed()).toBe(false);
  });
});

describe("[T2] commands for a device", () => {
  const tap = (device: string) =>
    dashboard.request("command:send", {
      command_id: crypto.randomUUID(),
      device_id: device,
      command_type: "tap",
      params: { x: 1, y: 1 },
    });

  test("are 10 a second, whoever sends them, and another device's are its own", async () => {
    expect(await accepted(25, 0, () => tap(deviceA))).toBe(10);
    const mine = dashboard;
    dashboard = await farm.dashboard();
    expect(await tap(deviceA)).toMatchObject(limited);
    expect(await tap(deviceB)).toMatchObject({ ok: true });
    dashboard = mine;
    farm.clock.advance(1000);
    expect(await accepted(25, 0, () => tap(deviceA))).toBe(10);
  });
});

describe("[T3] frames of a device", () => {
  const frameOf = (width: number, device = deviceA) => ({
    device_id: device,
    timestamp: 1,
    frame: new Uint8Array(9),
    width,
    height: 2 * width,
  });
  const sendFrame = () => workerStream.request("stream:frame", frameOf(240));

  test("are 5 a second of each layer", async () => {
    expect(await accepted(600, 10, sendFrame)).toBeLessThanOrEqual(6 * 5.05 + 5);
    expect(await workerStream.request("stream:frame", frameOf(240))).toMatchObject(limited);
    expect(await workerStream.request("stream:frame", frameOf(480))).toEqual({ ok: true });
    expect(await workerStream.request("stream:frame", frameOf(720))).toEqual({ ok: true });
    expect(await workerStream.request("stream:frame", frameOf(240, deviceB))).toEqual({ ok: true });
  });

  test("that come 5 a second are all let through, however late and early each is", async () => {
    let jitter = 0;
    for (let index = 0; index < 2000; index += 1) {
      // Between 0 and 400 ms apart, and 1 in 1,000 faster than this clock says.
      const next = (index * 7919) % 200;
      farm.clock.advance(200 - jitter + next - (index % 5 === 0 ? 1 : 0));
      jitter = next;
      expect(await sendFrame()).toEqual({ ok: true });
    }
  });

  test("over the limit reach no viewer", async () => {
    const viewer = await farm.viewer();
    await viewer.request("stream:start", { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" });
    await accepted(50, 0, sendFrame);
    await viewer.request("stream:stop", { device_id: deviceA });
    expect(viewer.all("stream:frame").length).toBeLessThanOrEqual(5);
  });
});

describe("[T5] events of one connection", () => {
  test("are bounded, whatever they are; it stays, and others notice nothing", async () => {
    const flood = 12_000;
    let refused = 0;
    for (let index = 0; index < flood; index += 1) {
      const answer = await dashboard.request(index % 2 === 0 ? "job:list" : `nonsense ${index}`, {});
      if (!answer.ok && answer.fault.code === "RATE_LIMITED") refused += 1;
    }
    expect(refused).toBe(flood - 10_000);
    expect(await (await farm.dashboard()).request("device:list")).toMatchObject({ ok: true });
    farm.clock.advance(1000);
    expect(await dashboard.request("device:list")).toMatchObject({ ok: true });
  });

  test("count for more when they are answered with the whole farm", async () => {
    const answers = await Promise.all(Array.from({ length: 101 }, () => dashboard.request("device:list")));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(100);
  });
});

describe("[T6] a flood of refusals", () => {
  test("is told once a second for each device, with how many it tells of", async () => {
    const frame = { timestamp: 1, frame: new Uint8Array(9), width: 1, height: 1 };
    const flood = async () => {
      for (const device_id of [deviceA, deviceB]) {
        for (let index = 0; index < 105; index += 1)
          workerStream.send("stream:frame", { ...frame, device_id });
      }
      await workerStream.request("stream:frame", {});
    };
    await flood();
    const about = (device_id: string, refused: number) => ({
      code: "RATE_LIMITED",
      details: { event: "stream:frame", device_id, refused },
    });
    await eventually(() => expect(workerStream.errors()).toHaveLength(2));
    expect(workerStream.errors()).toMatchObject([about(deviceA, 1), about(deviceB, 1)]);
    workerStream.forget();
    farm.clock.advance(1000);
    await flood();
    expect(workerStream.errors()).toMatchObject([about(deviceA, 100), about(deviceB, 100)]);
  });

  test("does not make what is told of it grow", () => {
    const clock = makeManualClock();
    const sparing = makeSparing(clock);
    for (let index = 0; index < 5000; index += 1) sparing.mayTell(`thing ${index}`);
    expect(sparing.mayTell("yet another")).toBeUndefined();
    clock.advance(1000);
    expect(sparing.mayTell("a new one")).toBe(1);
  });
});

describe("[T7] a payload that is too large is refused before it is parsed", () => {
  const clients = () => [
    ...Object.keys(contract["/worker"].toRelay).map((event) => [worker, event] as const),
    ...Object.keys(contract["/dashboard"].toRelay).map((event) => [dashboard, event] as const),
    [workerStream, "stream:frame"] as const,
  ];

  test("whatever the event", async () => {
    for (const [client, event] of clients()) {
      const most = mostPayloadBytes(event);
      const payload = { device_id: deviceA, unknown: "x".repeat(most) };
      expect(await client.request(event, payload)).toMatchObject({
        ok: false,
        fault: {
          code: "INVALID_PAYLOAD",
          details: { event, problem: `must be at most ${most} bytes` },
        },
      });
    }
  });

  test("and the largest that the schemas mean to let in are let in", async () => {
    const ids = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const broadcast = { command_id: crypto.randomUUID(), broadcast: true, broadcast_device_ids: ids };
    const script = { command_type: "shell", params: { shellCommand: "x".repeat(16_384) } };
    expect(await dashboard.request("command:send", { ...broadcast, ...script })).toMatchObject({ ok: true });
    const picture = { device_id: deviceA, timestamp: 1, width: 720, height: 1600 };
    const text = { ...picture, frame: "x".repeat(2_600_000) };
    expect(await workerStream.request("stream:frame", text)).toEqual({ ok: true });
    const many = Array.from({ length: 256 }, (_, index) =>
      phone(`SERIAL-${index}`, { manufacturer: "m".repeat(40), model: "m".repeat(80), state: "ready" }),
    );
    expect(await worker.request("worker:heartbeat", heartbeatOf(many))).toEqual({ ok: true });
  });
});

test("a limit remembers only those who used it lately", () => {
  const clock = makeManualClock();
  const limits = makeRateLimits({ perSecond: 10, burst: 10 }, "slow down", clock);
  for (let index = 0; index < 100_000; index += 1) {
    expect(limits.refusal(`device ${index}`)).toBeUndefined();
    clock.advance(1);
  }
  expect(limits.size()).toBeLessThanOrEqual(1000);
});
