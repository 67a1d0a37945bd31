import { withDataDir } from "../relay/testing/relay-process.ts";
import { openBareForwarding, openMediaForwarding, sendFrames, type Forwarding } from "./forwarding.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";

/**
 * A viewer that stops reading and keeps its connection: what it costs the process in memory, and the other viewers in
 * frames and time, against the same run before it stopped. The baseline sends to everybody without looking.
 */
const { seconds, kilobytes } = numberOptions({ seconds: 60, kilobytes: 30 });
const devices = 20;
const perSecond = devices * 4;
const others = 3;
const allReadingSeconds = Math.min(seconds, 20);

interface Phase {
  framesPerViewer: number;
  agesMs: number[];
  /** The most after a collection, looked at every second. */
  rssMb: number;
}

async function measure(forwarding: Forwarding): Promise<Row> {
  let agesMs: number[] = [];
  const healthy = Array.from({ length: others }, () => forwarding.openViewer((ageMs) => agesMs.push(ageMs)));
  const viewers = await Promise.all(healthy);
  const slow = await forwarding.openViewer(() => {});

  async function phase(seconds: number): Promise<Phase> {
    agesMs = [];
    let rssMb = 0;
    const look = async (): Promise<void> => {
      const { rssBytes } = await forwarding.process.usageCollected();
      rssMb = Math.max(rssMb, rssBytes / 2 ** 20);
    };
    const looking = setInterval(() => void look(), 1000);
    const sent = await sendFrames(forwarding, { byteLength: kilobytes * 1000, perSecond, seconds });
    clearInterval(looking);
    await look();
    return { framesPerViewer: agesMs.length / others / sent, agesMs, rssMb };
  }

  await phase(allReadingSeconds / 4);
  const before = await phase(allReadingSeconds);
  slow.pause();
  const during = await phase(seconds);
  for (const viewer of [...viewers, slow]) viewer.close();
  return {
    "": forwarding.name,
    "RSS MB, all read": before.rssMb,
    "one stopped": during.rssMb,
    "growth MB": during.rssMb - before.rssMb,
    "others get, all read": percent(before.framesPerViewer),
    "one stopped ": percent(during.framesPerViewer),
    "p50 ms": percentile(during.agesMs, 0.5),
    "p99 ms": percentile(during.agesMs, 0.99),
    "p99 ratio": percentile(during.agesMs, 0.99) / percentile(before.agesMs, 0.99),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

await withDataDir(async (dataDir) => {
  const sides = [await openMediaForwarding(dataDir, devices), await openBareForwarding()];
  const rows: Row[] = [];
  for (const side of sides) rows.push(await measure(side));
  await Promise.all(sides.map((side) => side.close()));
  const load = `${devices} devices, ${perSecond} frames of ${kilobytes} KB a second`;
  printTable(`A viewer that stops reading for ${seconds} s: ${load}`, rows);
});
