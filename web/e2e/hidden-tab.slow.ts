import { expect, inject, test } from "vitest";
import { listDevices, openFarm } from "./farm.ts";
import { launchRawBrowser } from "./raw-tab.ts";

/** Chrome throttles the timers of a page hidden for 5 minutes to one a minute; the engine's thread must not care. */
const hiddenMinutes = 7;
const minuteMs = 60_000;

interface Minute {
  heartbeats: number;
  frames: number;
}

test(
  "heartbeats and frames keep their rate while the tab is hidden",
  { timeout: 12 * minuteMs },
  async () => {
    const farm = await openFarm();
    const browser = await launchRawBrowser(inject("browserPath"));
    try {
      const tab = await browser.openTab(farm.demoUrl);
      const dashboard = await farm.connect("/dashboard");
      const stream = await farm.connect("/stream");
      await expect
        .poll(
          async () =>
            (await listDevices(dashboard)).devices.find((device) => device.status === "idle")?.device_id,
          {
            timeout: 30_000,
          },
        )
        .toBeDefined();
      const { devices } = await listDevices(dashboard);
      const watched = devices.find((device) => device.status === "idle");
      if (watched === undefined) throw new Error("no phone is ready");

      const shell = {
        command_type: "shell",
        params: { shellCommand: "am start -n com.tabfarm.motion/.MainActivity" },
      };
      await dashboard.emitWithAck("command:send", {
        ...shell,
        command_id: crypto.randomUUID(),
        device_id: watched.device_id,
      });
      let frames = 0;
      stream.on("stream:frame", () => frames++);
      await stream.emitWithAck("stream:start", {
        device_id: watched.device_id,
        quality: "low",
        fps: 5,
        encoding: "binary",
      });
      await expect.poll(() => frames, { timeout: 20_000 }).toBeGreaterThan(10);

      const seen = new Set<string>();
      const minute = async (): Promise<Minute> => {
        seen.clear();
        frames = 0;
        const endsAt = performance.now() + minuteMs;
        while (performance.now() < endsAt) {
          const list = await listDevices(dashboard);
          const pc = list.workers.find((worker) => worker.pc_id === watched.pc_id);
          if (pc) seen.add(pc.last_seen_at);
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
        return { heartbeats: seen.size, frames };
      };

      const visible = await minute();
      expect(await tab.evaluate("document.visibilityState")).toBe("visible");
      const other = await browser.openTab("about:blank");
      await other.bringToFront();
      expect(await tab.evaluate("document.visibilityState")).toBe("hidden");
      const hidden: Minute[] = [];
      for (let n = 0; n < hiddenMinutes; n++) hidden.push(await minute());
      expect(await tab.evaluate("document.visibilityState")).toBe("hidden");

      process.stdout.write(`${table(visible, hidden)}\n`);
      for (const each of hidden) {
        expect(each.heartbeats).toBeGreaterThanOrEqual(visible.heartbeats * 0.8);
        expect(each.frames).toBeGreaterThanOrEqual(visible.frames * 0.9);
      }
    } finally {
      await browser.close();
      await farm.close();
    }
  },
);

function table(visible: Minute, hidden: Minute[]): string {
  const row = (name: string, { heartbeats, frames }: Minute): string =>
    `${name.padEnd(18)}${String(heartbeats).padStart(10)}${String(frames).padStart(8)}`;
  const head = `${"minute".padEnd(18)}${"heartbeats".padStart(10)}${"frames".padStart(8)}`;
  return [
    head,
    row("visible", visible),
    ...hidden.map((each, n) => row(`hidden, minute ${n + 1}`, each)),
  ].join("\n");
}
