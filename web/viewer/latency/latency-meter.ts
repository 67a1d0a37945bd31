import type { MediaHeader } from "../../../protocol/media-packet.ts";
import type { StreamLatency } from "../../../protocol/stream.ts";
import type { HopTimes, LatencyFigures, LatencyHop } from "../../../protocol/latency.ts";

/** The moments of a picture that was shown, in Unix milliseconds of the relay's clock. */
export interface ShownTimes {
  header: MediaHeader;
  receivedMs: number;
  decodedMs: number;
  shownMs: number;
}

/** What the figures are of. */
const windowMs = 5000;
/** 60 a second. */
const mostSamples = 300;
const mostReported = 64;

interface Sample extends HopTimes {
  shownMs: number;
  encoding: "jpeg" | "h264";
}

export interface LatencyMeter {
  /** A picture of the device is here: what the relay kept of before is not counted. */
  begin(deviceId: string, nowMs: number): void;
  add(shown: ShownTimes): void;
  /** Of the last 5 s; undefined when nothing was shown. */
  figures(deviceId: string, nowMs: number): LatencyFigures | undefined;
  forget(deviceId: string): void;
  /** Some of the pictures since the last call, of all devices, 64 at most: for the relay's metrics. */
  takeReport(): StreamLatency["samples"];
}

/** How long pictures take on their way, hop by hop. `random` picks which are told to the relay. */
export function makeLatencyMeter(random: () => number): LatencyMeter {
  const devices = new Map<string, { newestMs: number; samples: Sample[] }>();
  let report: StreamLatency["samples"] = [];
  let reportable = 0;

  return {
    begin(deviceId, nowMs) {
      if (!devices.has(deviceId)) devices.set(deviceId, { newestMs: nowMs, samples: [] });
    },
    add(shown) {
      const { header } = shown;
      const device = devices.get(header.deviceId);
      if (device === undefined || header.takenMs <= device.newestMs) return;
      // The relay repeats what it keeps to whoever asks anew: that is old, and not slow.
      device.newestMs = header.takenMs;
      const sample = sampleOf(shown);
      device.samples.push(sample);
      if (device.samples.length > mostSamples) device.samples.shift();
      reportable += 1;
      const { encoding, downlink, decode, paint, total } = sample;
      const told = { encoding, downlink, decode, paint, total };
      if (report.length < mostReported) report.push(told);
      else {
        // Of those since the last report each has the same chance.
        const place = Math.floor(random() * reportable);
        if (place < mostReported) report[place] = told;
      }
    },
    figures(deviceId, nowMs) {
      const all = devices.get(deviceId)?.samples ?? [];
      const samples = all.filter(({ shownMs }) => nowMs - shownMs < windowMs);
      const last = samples.at(-1);
      if (last === undefined) return undefined;
      const of = (hop: LatencyHop) => quantiles(samples.map((sample) => sample[hop]));
      return {
        encoding: last.encoding,
        pictures: samples.length,
        hops: {
          phone: of("phone"),
          engine: of("engine"),
          uplink: of("uplink"),
          relay: of("relay"),
          downlink: of("downlink"),
          decode: of("decode"),
          paint: of("paint"),
          total: of("total"),
        },
      };
    },
    forget(deviceId) {
      devices.delete(deviceId);
    },
    takeReport() {
      const taken = report;
      report = [];
      reportable = 0;
      return taken;
    },
  };
}

function sampleOf({ header, receivedMs, decodedMs, shownMs }: ShownTimes): Sample {
  const { kind, capturedMs, takenMs, sentMs, relayedInMs, relayedOutMs } = header;
  const firstMs = capturedMs === 0 ? takenMs : capturedMs;
  return {
    shownMs,
    encoding: kind === "jpeg" ? "jpeg" : "h264",
    phone: between(firstMs, takenMs),
    engine: between(takenMs, sentMs),
    uplink: between(sentMs, relayedInMs),
    relay: between(relayedInMs, relayedOutMs),
    downlink: between(relayedOutMs, receivedMs),
    decode: between(receivedMs, decodedMs),
    paint: between(decodedMs, shownMs),
    total: between(firstMs, shownMs),
  };
}

/** Clocks are known to a millisecond or so: what seems to take less than nothing takes nothing. */
function between(fromMs: number, toMs: number): number {
  return fromMs === 0 || toMs === 0 ? 0 : Math.max(0, toMs - fromMs);
}

function quantiles(values: number[]): { p50: number; p95: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
