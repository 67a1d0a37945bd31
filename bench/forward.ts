import { withDataDir } from "../relay/testing/relay-process.ts";
import {
  openBareForwarding,
  openMediaForwarding,
  openSocketIoForwarding,
  sendFrames,
  type Forwarding,
} from "./forwarding.ts";
import { measureInTurns, sum } from "./in-turns.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";

/**
 * Frames that reach a viewer for each second of the process's CPU, and how old they are then: the relay over `/media` and
 * over Socket.IO against a bare `ws` forwarder under the same load.
 */
const options = numberOptions({ seconds: 1.5, rounds: 3, kilobytes: 0, viewers: 0, smoke: 0 });
const { seconds, rounds, smoke } = options;
/** All of them unless one is asked for. */
const kilobytes = options.kilobytes > 0 ? [options.kilobytes] : smoke > 0 ? [10] : [10, 30, 80];
const viewerCounts = options.viewers > 0 ? [options.viewers] : smoke > 0 ? [1, 2] : [1, 5, 20];
/** Less than the 5 frames a second that the relay lets through of a device. */
const perDevice = 4;
const devices = 50;
/** So that this process, which plays all viewers, is not what is measured. */
const mostBytesPerSecond = 60_000_000;

interface Figures {
  sent: number;
  cpuMs: number;
  agesMs: number[];
}

async function measureCell(sides: Forwarding[], kilobytes: number, viewers: number): Promise<Row> {
  const byteLength = kilobytes * 1000;
  const perSecond = Math.min(devices * perDevice, mostBytesPerSecond / byteLength / viewers);
  const ages = new Map<Forwarding, number[]>();
  const open = sides.flatMap((side) =>
    Array.from({ length: viewers }, () => side.openViewer((ageMs) => ages.get(side)?.push(ageMs))),
  );
  const opened = await Promise.all(open);
  const figures = await measureInTurns(sides, rounds, async (side): Promise<Figures> => {
    const agesMs: number[] = [];
    ages.set(side, agesMs);
    const before = await side.process.usage();
    const sent = await sendFrames(side, { byteLength, perSecond, seconds });
    const { cpuMs } = await side.process.usage();
    return { sent, cpuMs: cpuMs - before.cpuMs, agesMs };
  });
  for (const viewer of opened) viewer.close();
  const [media = [], socketIo = [], bare = []] = figures;
  return {
    KB: String(kilobytes),
    viewers: String(viewers),
    "frames/s in": perSecond,
    "/media /CPU s": perCpuSecond(media),
    "Socket.IO /CPU s": perCpuSecond(socketIo),
    "bare /CPU s": perCpuSecond(bare),
    "/media : bare": perCpuSecond(media) / perCpuSecond(bare),
    "Socket.IO : bare": perCpuSecond(socketIo) / perCpuSecond(bare),
    "/media arrived": share(media, viewers),
    "Socket.IO arrived": share(socketIo, viewers),
    "bare arrived": share(bare, viewers),
    "/media p50 ms": age(media, 0.5),
    "p99 ms": age(media, 0.99),
    "bare p50 ms": age(bare, 0.5),
    "p99 ms ": age(bare, 0.99),
  };
}

/** Of the best round: what else the machine does only ever takes away. */
function perCpuSecond(figures: Figures[]): number {
  return Math.max(...figures.map(({ agesMs, cpuMs }) => (agesMs.length / cpuMs) * 1000));
}

function share(figures: Figures[], viewers: number): string {
  const arrived = sum(figures.map(({ agesMs }) => agesMs.length));
  return `${((arrived / viewers / sum(figures.map(({ sent }) => sent))) * 100).toFixed(1)} %`;
}

function age(figures: Figures[], portion: number): number {
  return percentile(
    figures.flatMap(({ agesMs }) => agesMs),
    portion,
  );
}

await withDataDir((mediaDir) =>
  withDataDir(async (socketIoDir) => {
    const sides = [
      await openMediaForwarding(mediaDir, devices),
      await openSocketIoForwarding(socketIoDir, devices),
      await openBareForwarding(),
    ];
    const rows: Row[] = [];
    for (const each of kilobytes) {
      for (const viewers of viewerCounts) rows.push(await measureCell(sides, each, viewers));
    }
    await Promise.all(sides.map((side) => side.close()));
    printTable("Frames forwarded to viewers for each CPU second, and their age on arrival", rows);
  }),
);
