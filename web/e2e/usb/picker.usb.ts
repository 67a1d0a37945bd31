import { expect, test, vi } from "vitest";
import { launchBrowser } from "../browser.ts";
import { listDevices, openFarm } from "../farm.ts";
import { startPhones } from "../../../phone/node/testing/running-phones.ts";
import { openScreen, pickFirstDevice } from "./picker.ts";

test("a phone that no policy grants is added in the browser's own picker", async () => {
  const farm = await openFarm(8787);
  const phones = await startPhones(["--usbip", "3240", "--count", "1"]);
  const screen = await openScreen();
  const browser = await launchBrowser([], screen.display);
  try {
    const page = await browser.newPage({ viewport: null });
    // The policy is for 127.0.0.1; this is another origin.
    await page.goto(farm.workerUrl.replace("127.0.0.1", "localhost"));
    await page.getByRole("button", { name: "Start" }).click();
    const add = page.getByRole("button", { name: "Add a phone" });
    await add.waitFor();
    expect(await page.evaluate(async () => (await navigator.usb.getDevices()).length)).toBe(0);
    await pickFirstDevice(page, screen, () => add.click());
    const dashboard = await farm.connect("/dashboard");
    await vi.waitFor(
      async () => {
        const { devices } = await listDevices(dashboard);
        expect(devices[0]).toMatchObject({ state: "ready", model: "Pixel 8" });
      },
      { timeout: 30_000, interval: 50 },
    );
  } finally {
    await browser.close();
    screen.close();
    await phones.stop();
    await farm.close();
  }
});
