import type { Loads } from "./budget.ts";

const sampleMs = 1000;
const probeMs = 100;
/** What counts as all there is. */
const full = {
  /** How long what comes to the thread waits for its turn, on average. */
  waitMs: 40,
  /** From a packet to its decoded picture, and from a picture to its JPEGs: what takes longer waits for other work. */
  decodeMs: 150,
  encodeMs: 150,
  /** How late the quickest packet of a device is against its clock. */
  lateMs: 250,
  /** What a USB 2 bus carries in practice; phones on several buses together may be more, and are then late for it. */
  usbBytesPerSecond: 35_000_000,
  /** The share of the time in which pictures had to wait for the uplink. */
  shut: 0.4,
} as const;
/** Fewer packets of a device say nothing about how late they are: the first one after stillness always is. */
const leastPackets = 2;

/** Measures how much of the farm PC is used. */
export interface LoadWatch {
  /** A packet came over USB, so much later than the quickest of its device lately. */
  taken(serialNumber: string, bytes: number, lateMs: number): void;
  decoded(tookMs: number): void;
  encoded(tookMs: number): void;
  stop(): void;
}

export interface LoadWatchNeeds {
  /** `RelayLink.takeShutShare`. */
  takeShutShare: () => number;
  /** Once a second. */
  onLoads: (loads: Loads, nowMs: number) => void;
}

/** Runs until it is stopped. */
export function startLoadWatch({ takeShutShare, onLoads }: LoadWatchNeeds): LoadWatch {
  const probe = startWaitProbe();
  let bytes = 0;
  let decode = makeMean();
  let encode = makeMean();
  const lateness = new Map<string, { packets: number; leastMs: number }>();
  let sampledMs = performance.now();

  function sample(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - sampledMs) / 1000;
    sampledMs = nowMs;
    const cpu = Math.max(
      probe.take() / full.waitMs,
      decode.mean() / full.decodeMs,
      encode.mean() / full.encodeMs,
    );
    const late = median(
      [...lateness.values()].filter(({ packets }) => packets >= leastPackets).map(({ leastMs }) => leastMs),
    );
    const loads = {
      cpu,
      // Where the thread itself is late, so is all that comes, whatever the bus does.
      usb: Math.max(bytes / seconds / full.usbBytesPerSecond, cpu >= 1 ? 0 : late / full.lateMs),
      uplink: takeShutShare() / full.shut,
    };
    bytes = 0;
    decode = makeMean();
    encode = makeMean();
    lateness.clear();
    onLoads(loads, nowMs);
  }

  const timer = setInterval(sample, sampleMs);
  return {
    taken: (serialNumber, byteLength, lateMs) => {
      bytes += byteLength;
      const known = lateness.get(serialNumber) ?? { packets: 0, leastMs: Number.POSITIVE_INFINITY };
      known.packets += 1;
      known.leastMs = Math.min(known.leastMs, lateMs);
      lateness.set(serialNumber, known);
    },
    decoded: (tookMs) => decode.add(tookMs),
    encoded: (tookMs) => encode.add(tookMs),
    stop: () => {
      clearInterval(timer);
      probe.stop();
    },
  };
}

/**
 * How long a message to the thread itself waits for what came before it. How late its timers are would say less: other
 * programs that take the processor hold those up too, and making fewer pictures is no help against them.
 */
function startWaitProbe(): { take(): number; stop(): void } {
  let wait = makeMean();
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", ({ data: sentMs }: MessageEvent<number>) => {
    wait.add(performance.now() - sentMs);
  });
  port1.start();
  const timer = setInterval(() => port2.postMessage(performance.now()), probeMs);
  return {
    take: () => {
      const mean = wait.mean();
      wait = makeMean();
      return mean;
    },
    stop: () => {
      clearInterval(timer);
      port1.close();
    },
  };
}

function makeMean(): { add(value: number): void; mean(): number } {
  let sum = 0;
  let count = 0;
  return {
    add: (value) => {
      sum += value;
      count += 1;
    },
    mean: () => (count === 0 ? 0 : sum / count),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
