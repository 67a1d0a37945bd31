import type { Browser } from "playwright-core";

export interface BrowserUsage {
  cpuMs: number;
}

/** What all processes of a browser have used until now: its pages, their threads, and what serves them. */
export async function browserUsage(browser: Browser): Promise<BrowserUsage> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return { cpuMs: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0) };
}
