import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import type { Page } from "playwright-core";

/** A screen in memory (Xvfb), for a browser that has windows, and the hand that types on it (xdotool). */
export interface Screen {
  /** As the `DISPLAY` of a program. */
  display: string;
  /** Keys by their X names, one after another, to whatever has the keyboard. */
  type(...keys: string[]): Promise<void>;
  close(): void;
}

export async function openScreen(): Promise<Screen> {
  const server = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [number] = (await once(server.stdout, "data")) as [Buffer];
  const display = `:${String(number).trim()}`;
  return {
    display,
    async type(...keys) {
      const env = { ...process.env, DISPLAY: display };
      for (const key of keys) await promisify(execFile)("xdotool", ["key", "--clearmodifiers", key], { env });
    },
    close: () => server.kill(),
  };
}

/**
 * Answers Chromium's own USB picker as a person at the keyboard does: opens it by `ask` and takes the first device
 * listed. No program can look into the picker, but it takes the keyboard from the page: that tells when it is there.
 */
export async function pickFirstDevice(page: Page, screen: Screen, ask: () => Promise<void>): Promise<void> {
  // A key that does nothing, sent again and again: does the page hear it?
  const hearsKeys = async (): Promise<boolean> => {
    const heard = page.evaluate(
      async (limitMs) =>
        await new Promise<boolean>((resolve) => {
          addEventListener("keydown", ({ key }) => key === "Shift" && resolve(true));
          setTimeout(() => resolve(false), limitMs);
        }),
      500,
    );
    await screen.type("Shift_L");
    return await heard;
  };
  await until(hearsKeys);
  await ask();
  await until(async () => !(await hearsKeys()));
  // It opens with the keyboard at "Cancel", and Tab leads round to the list.
  await screen.type("Tab", "Down", "Return");
  await until(hearsKeys);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error("the browser's picker did not come or go in 30 seconds");
  }
}
