import { expect, test } from "vitest";
import type { MediaHeader } from "../../../protocol/media-packet.ts";
import { makeLatencyMeter } from "./latency-meter.ts";

const deviceId = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const beganMs = 1_800_000_000_000;

/** A picture that the phone shows at `capturedMs` and that takes the milliseconds said for each hop after it. */
function shown(
  capturedMs: number,
  [phone = 0, engine = 0, up = 0, relay = 0, down = 0, decode = 0, paint = 0]: number[],
) {
  const takenMs = capturedMs + phone;
  const sentMs = takenMs + engine;
  const relayedInMs = sentMs + up;
  const relayedOutMs = relayedInMs + relay;
  const receivedMs = relayedOutMs + down;
  const header: MediaHeader = {
    kind: "key",
    layer: "low",
    sequence: 0,
    deviceId,
    width: 216,
    height: 480,
    screenWidth: 0,
    screenHeight: 0,
    deviceUs: 0,
    capturedMs,
    takenMs,
    sentMs,
    relayedInMs,
    relayedOutMs,
  };
  return { header, receivedMs, decodedMs: receivedMs + decode, shownMs: receivedMs + decode + paint };
}

function makeMeter() {
  const meter = makeLatencyMeter(() => 0.5);
  meter.begin(deviceId, beganMs);
  return meter;
}

test("[Q8] each hop's middle and its slowest twentieth are told, of the last five seconds", () => {
  const meter = makeMeter();
  meter.add(shown(beganMs, [900, 900, 900, 900, 900, 900, 900]));
  const nowMs = beganMs + 20_000;
  for (let n = 1; n <= 100; n += 1) meter.add(shown(nowMs - 4000 + n, [n, 2, 3, 1, 4, 5, 6]));
  const figures = meter.figures(deviceId, nowMs);
  expect(figures).toMatchObject({ encoding: "h264", pictures: 100 });
  expect(figures?.hops).toEqual({
    phone: { p50: 50, p95: 95 },
    engine: { p50: 2, p95: 2 },
    uplink: { p50: 3, p95: 3 },
    relay: { p50: 1, p95: 1 },
    downlink: { p50: 4, p95: 4 },
    decode: { p50: 5, p95: 5 },
    paint: { p50: 6, p95: 6 },
    total: { p50: 71, p95: 116 },
  });
  expect(meter.figures(deviceId, nowMs + 5000)).toBeUndefined();
});

test("[Q8] a picture that the relay kept from before is not slow, and not counted", () => {
  const meter = makeMeter();
  meter.add(shown(beganMs - 8000, [10, 1, 1, 8000, 1, 1, 1]));
  expect(meter.figures(deviceId, beganMs)).toBeUndefined();
  expect(meter.takeReport()).toEqual([]);
});

test("[Q8] a picture that the relay repeats is counted once", () => {
  const meter = makeMeter();
  meter.add(shown(beganMs + 100, [10, 1, 1, 1, 1, 1, 1]));
  meter.add(shown(beganMs + 100, [10, 1, 1, 4000, 1, 1, 1]));
  expect(meter.figures(deviceId, beganMs + 4200)).toMatchObject({ pictures: 1, hops: { relay: { p95: 1 } } });
});

test("[Q8] clocks that differ a little make no time negative, and a time nobody knows is none", () => {
  const meter = makeMeter();
  const picture = shown(beganMs + 10, [5, 1, -2, 1, -3, 4, 1]);
  meter.add({ ...picture, header: { ...picture.header, capturedMs: 0 } });
  expect(meter.figures(deviceId, beganMs + 20)?.hops).toMatchObject({
    phone: { p50: 0 },
    uplink: { p50: 0 },
    downlink: { p50: 0 },
    total: { p50: 2 },
  });
});

test("[Q8] the relay is told of 64 pictures at most, and of each picture once", () => {
  const meter = makeMeter();
  for (let n = 0; n < 500; n += 1) meter.add(shown(beganMs + n, [1, 1, 1, 1, 2, 3, 4]));
  const samples = meter.takeReport();
  expect(samples).toHaveLength(64);
  expect(samples[0]).toEqual({ encoding: "h264", downlink: 2, decode: 3, paint: 4, total: 13 });
  expect(meter.takeReport()).toEqual([]);
});
