import { chromium, type Browser } from "playwright-core";
import { inject } from "vitest";

/** Root, as in most containers, cannot use Chromium's sandbox. */
const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** A Chromium of its own, with nothing that looks for the internet; headless unless an X display is named. */
export function launchBrowser(args: readonly string[] = [], display?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: inject("browserPath"),
    headless: display === undefined,
    ...(display === undefined ? {} : { env: { ...process.env, DISPLAY: display } }),
    args: [
      ...asRoot,
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}
