import type { Page } from "playwright-core";
import type { Socket } from "socket.io-client";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";

/** What was said of one phone since it was last forgotten, also when it was gone before anybody looked. */
export interface Said {
  /** On its tile of the dashboard: the badge, and the words over the picture. */
  tile: string[];
  /** In its row of the worker's page: the badge, the titles of the advice, and what is being tried. */
  worker: string[];
  /** By the relay, as `state health_status problem`. */
  relay: string[];
}

export interface PhoneWatch {
  said(serial: string): Promise<Said>;
  /** When the relay last called it ready, in ms of `performance.now()`. */
  readyAtMs(serial: string): number;
  forget(serial: string): Promise<void>;
}

export function statusWords({ state, health_status: health, problem }: DeviceStatusUpdate): string {
  return [state, health, problem?.code].filter((word) => word !== undefined).join(" ");
}

type Seen = Record<string, Pick<Said, "tile" | "worker">>;

/** The page has both sides, as the demo has. */
export async function watchPhones(page: Page, dashboard: Socket): Promise<PhoneWatch> {
  const relay = new Map<string, string[]>();
  const readyAtMs = new Map<string, number>();
  dashboard.on("device:status:update", (device: DeviceStatusUpdate) => {
    if (device.state === "ready" && device.problem === undefined)
      readyAtMs.set(device.serial_number, performance.now());
    relay.set(device.serial_number, [...(relay.get(device.serial_number) ?? []), statusWords(device)]);
  });
  const seen = await page.evaluateHandle(() => {
    const all: Seen = {};
    const keep = (side: "tile" | "worker", places: string, parts: string): void => {
      for (const place of document.querySelectorAll(places)) {
        const serial = place.ariaLabel?.split(" ").at(-1) ?? "";
        const words = (all[serial] ??= { tile: [], worker: [] })[side];
        for (const part of place.querySelectorAll(parts)) {
          const text = part.firstChild?.textContent?.trim() ?? "";
          if (text !== "" && !words.includes(text)) words.push(text);
        }
      }
    };
    const look = (): void => {
      keep("tile", "article.tile", ".badge, .tile-trouble");
      keep("worker", "li.phone", ".badge, .phone-problem strong, .rung[aria-current], .recovered");
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    return { all, look };
  });
  return {
    said: async (serial) => ({
      ...(await seen.evaluate(({ all }, of) => all[of] ?? { tile: [], worker: [] }, serial)),
      relay: [...(relay.get(serial) ?? [])],
    }),
    readyAtMs: (serial) => readyAtMs.get(serial) ?? Number.NaN,
    forget: async (serial) => {
      relay.delete(serial);
      await seen.evaluate(({ all, look }, of) => {
        delete all[of];
        look();
      }, serial);
    },
  };
}
