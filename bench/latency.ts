import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import "../web/build/build-if-stale.ts";
import type { LogEntry } from "../phone/node/phone-log.ts";
import { withDataDir } from "../relay/testing/relay-process.ts";
import { focusScreen, lookAtFocus, type Sight } from "./live/focus-sights.ts";
import { enterTestbed } from "./live/in-testbed.ts";
import { openLiveFarm } from "./live/live-farm.ts";
import { noteThreadTimes, type ThreadTimes } from "./live/thread-times.ts";
import { openDashboard } from "./live/viewers.ts";
import { numberOptions } from "./number-options.ts";
import { percentile } from "./percentile.ts";
import { printTable, type Row } from "./table.ts";
import { untilAsked } from "./until.ts";

/**
 * From glass to glass: a phone says in each picture when it painted it, and the dashboard's page looks when its own focus
 * shows it. Then a click, until the square that it turns over is seen. All on one machine's clock. What the phone's encoder
 * and the dashboard's decoder take is measured beside it, picture by picture.
 */
enterTestbed(import.meta.url);
const { seconds, taps } = numberOptions({ seconds: 20, taps: 20 });

/** A tap that is not seen by then was lost. */
const tapSeenMs = 1500;

/** What each picture took on its way, milliseconds, part by part. */
type Hops = Record<string, number[]>;

function note(hops: Hops, hop: string, ms: number): void {
  (hops[hop] ??= []).push(ms);
}

type EncodedPicture = Extract<LogEntry, { kind: "picture" }>;

/** Tells the parts of each picture's way whose times are known. */
function hopsOf(
  sights: readonly Sight[],
  encoded: readonly EncodedPicture[],
  times: readonly ThreadTimes[],
): Hops {
  const byTimestamp = new Map(times.map((each) => [each.header.deviceUs, each]));
  const hops: Hops = {};
  for (const { seenMs, paintedMs } of sights) {
    note(hops, "in all", seenMs - paintedMs);
    const coding = encoded.findLast((each) => each.beganMs <= paintedMs);
    if (coding === undefined) continue;
    const thread = byTimestamp.get(coding.timestampUs);
    if (thread === undefined || paintedMs > coding.beganMs + coding.tookMs) continue;
    const { takenMs, sentMs, relayedInMs, relayedOutMs } = thread.header;
    note(hops, "paint and encode on the phone", coding.tookMs);
    note(hops, "phone and cable", takenMs - coding.beganMs - coding.tookMs);
    note(hops, "engine", sentMs - takenMs);
    note(hops, "uplink", relayedInMs - sentMs);
    note(hops, "relay", relayedOutMs - relayedInMs);
    note(hops, "downlink", thread.receivedMs - relayedOutMs);
    if (thread.video === undefined) {
      note(hops, "until seen", seenMs - thread.receivedMs);
      continue;
    }
    const { decodeMs, decodedMs, drawnMs } = thread.video;
    note(hops, "decode", decodedMs - decodeMs);
    note(hops, "draw", drawnMs - decodedMs);
    note(hops, "until seen", seenMs - drawnMs);
    note(hops, "above encode + decode", seenMs - paintedMs - coding.tookMs - (decodedMs - decodeMs));
  }
  return hops;
}

/** A click, until the phone felt it, painted what it changed, and that was seen. */
async function tap(watched: Watched, hops: Hops): Promise<void> {
  const { page, takeSights, readLog } = watched;
  const isTurned = (await takeSights()).at(-1)?.isTurned;
  const box = await page.locator(focusScreen).boundingBox();
  if (box === null || isTurned === undefined) return;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await sleep(tapSeenMs);
  const turned = (await takeSights()).find((sight) => sight.isTurned !== isTurned);
  if (turned === undefined) return;
  const pressedMs = await page.evaluate(() => window.pressedMs);
  note(hops, "tap-to-photon", turned.seenMs - pressedMs);
  const felt = readLog().findLast((entry) => entry.kind === "touch");
  if (felt?.kind !== "touch") return;
  note(hops, "tap, until the phone feels it", felt.feltMs - pressedMs);
  note(hops, "until it paints that", turned.paintedMs - felt.feltMs);
  note(hops, "until that is seen", turned.seenMs - turned.paintedMs);
}

interface Watched {
  page: Page;
  takeSights: () => Promise<Sight[]>;
  readLog: () => LogEntry[];
}

const rows: Row[] = [];
await withDataDir(async (dataDir) => {
  const logFile = `${dataDir}/phones.jsonl`;
  const readLog = (): LogEntry[] =>
    readFileSync(logFile, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): LogEntry => JSON.parse(line));
  const farm = await openLiveFarm(dataDir, 1, ["--log", logFile]);
  await farm.runOnAll("am start -n com.tabfarm.timecode/.MainActivity");
  for (const [name, isSecure] of [
    ["H.264", true],
    ["JPEG", false],
  ] as const) {
    const viewer = await openDashboard(farm, { fps: 5, isSecure });
    await untilAsked(async () => (await viewer.shown()) > 0, "the phone is on the wall");
    await viewer.page.getByRole("button", { name: /^Open/ }).first().click();
    const takeSights = await lookAtFocus(viewer.page);
    const takeTimes = await noteThreadTimes(viewer.page);
    // The session for a large picture has started.
    await sleep(5000);
    await takeSights();
    await sleep(seconds * 1000);
    const sights = await takeSights();
    const encoded = readLog().filter((entry) => entry.kind === "picture");
    const hops = hopsOf(sights, encoded, await takeTimes());
    for (let each = 0; each < taps; each += 1) {
      // Clicks come at any moment between two pictures.
      await sleep(500 + Math.random() * 100);
      await tap({ page: viewer.page, takeSights, readLog }, hops);
    }
    for (const [hop, ms] of Object.entries(hops)) {
      rows.push({
        "": `${name}, ${hop}`,
        pictures: String(ms.length),
        "p10 ms": percentile(ms, 0.1),
        "p50 ms": percentile(ms, 0.5),
        "p95 ms": percentile(ms, 0.95),
      });
    }
    await viewer.close();
  }
  await farm.close();
});
printTable(`focus, from the phone's painting to the dashboard's picture, ${seconds} s`, rows);
process.exit();
