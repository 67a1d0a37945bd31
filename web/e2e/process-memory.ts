import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/**
 * Megabytes that all processes of a browser have in memory, what they share counted once. Linux only: Chromium does not
 * tell it.
 */
export async function browserMegabytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.reduce((sum, { id }) => sum + proportionalKilobytes(id), 0) / 1024;
}

function proportionalKilobytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  } catch {
    // It has ended since it was listed.
    return 0;
  }
}
