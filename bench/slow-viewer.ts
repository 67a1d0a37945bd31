import { withDataDir } from "../relay/testing/relay-process.ts";
import {
  openBareForwarding,
  openMediaForwarding,
  openSocketIoForwarding,
  openVideoForwarding,
  sendFrames,
  type Forwarding,
  type ForwardingViewer,
} from "./forwarding.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";
import { openThrottledLink, type ThrottledLink } from "./throttled-link.ts";

/**
 * Two viewers that are too slow: one stops reading and keeps its connection, one is behind a thin link. What they cost the
 * process in memory, and the other viewers in frames and time, against the same run before; and how old is what the second
 * one sees. The baseline sends to everybody without looking.
 */
const {
  seconds,
  kilobytes,
  link: linkKilobytes,
  smoke,
} = numberOptions({ seconds: 30, kilobytes: 30, link: 1500, smoke: 0 });
const sides =
  smoke > 0
    ? [openVideoForwarding, openBareForwarding]
    : [openMediaForwarding, openVideoForwarding, openSocketIoForwarding, openBareForwarding];
const devices = 20;
const perSecond = devices * 4;
const others = 3;
const allReadingSeconds = Math.min(seconds, 10);

interface Phase {
  framesPerViewer: number;
  agesMs: number[];
  slowAgesMs: number[];
  sent: number;
  /** The most after a collection, looked at every second. */
  rssMb: number;
}

/** Measures with everybody reading, then with one that `impede` makes slow. */
async function measurePhases(
  forwarding: Forwarding,
  impede: (slow: { viewer: ForwardingViewer; ageMs: (ageMs: number) => void }) => Promise<ForwardingViewer>,
): Promise<[Phase, Phase]> {
  let agesMs: number[] = [];
  let slowAgesMs: number[] = [];
  const healthy = Array.from({ length: others }, () => forwarding.openViewer((ageMs) => agesMs.push(ageMs)));
  const viewers = await Promise.all(healthy);
  const ageMs = (age: number): void => void slowAgesMs.push(age);
  const viewer = await forwarding.openViewer(ageMs);

  async function phase(seconds: number): Promise<Phase> {
    agesMs = [];
    slowAgesMs = [];
    let rssMb = 0;
    const look = async (): Promise<void> => {
      const { rssBytes } = await forwarding.process.usageCollected();
      rssMb = Math.max(rssMb, rssBytes / 2 ** 20);
    };
    const looking = setInterval(() => void look(), 1000);
    const sent = await sendFrames(forwarding, { byteLength: kilobytes * 1000, perSecond, seconds });
    clearInterval(looking);
    await look();
    return { framesPerViewer: agesMs.length / others / sent, agesMs, slowAgesMs, sent, rssMb };
  }

  await phase(allReadingSeconds / 4);
  const before = await phase(allReadingSeconds);
  const slow = await impede({ viewer, ageMs });
  const during = await phase(seconds);
  for (const each of [...viewers, viewer, slow]) each.close();
  return [before, during];
}

async function measureStopped(forwarding: Forwarding): Promise<Row> {
  const [before, during] = await measurePhases(forwarding, async ({ viewer }) => {
    viewer.pause();
    return viewer;
  });
  return { "": forwarding.name, ...cost(before, during) };
}

async function measureLinked(forwarding: Forwarding): Promise<Row> {
  let link: ThrottledLink | undefined;
  const [before, during] = await measurePhases(forwarding, async ({ viewer, ageMs }) => {
    viewer.close();
    link = await openThrottledLink(forwarding.url, linkKilobytes * 1000);
    return forwarding.openViewer(ageMs, link.through(forwarding.url));
  });
  link?.close();
  return {
    "": forwarding.name,
    "it gets": percent(during.slowAgesMs.length / during.sent),
    "p50 ms": percentile(during.slowAgesMs, 0.5),
    "p95 ms": percentile(during.slowAgesMs, 0.95),
    ...cost(before, during),
  };
}

function cost(before: Phase, during: Phase): Row {
  return {
    "RSS MB before": before.rssMb,
    "growth MB": during.rssMb - before.rssMb,
    "others get": percent(during.framesPerViewer),
    "their p50 ms": percentile(during.agesMs, 0.5),
    "their p95 ms": percentile(during.agesMs, 0.95),
    "before p95 ms": percentile(before.agesMs, 0.95),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const load = `${devices} devices, ${perSecond} frames of ${kilobytes} KB a second`;
for (const [what, measure] of [
  [`A viewer that stops reading for ${seconds} s`, measureStopped],
  [`A viewer behind ${linkKilobytes / 1000} MB/s for ${seconds} s`, measureLinked],
] as const) {
  const rows: Row[] = [];
  for (const open of sides) {
    await withDataDir(async (dataDir) => {
      const side = await open(dataDir, devices);
      rows.push(await measure(side));
      await side.close();
    });
  }
  printTable(`${what}: ${load}`, rows);
}
