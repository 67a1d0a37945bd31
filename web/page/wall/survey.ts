import { createMemo, type Accessor } from "solid-js";
import { unwrap } from "solid-js/store";
import type { DeviceBookState } from "../link/device-book.ts";
import { createPaced } from "../look/paced.ts";
import { byPlace, matchesText } from "./device-filter.ts";
import { conditionOf, type Condition } from "./device-words.ts";

/** What the wall shows of all devices. */
export interface Survey {
  /** The ids of those that the filter shows, in their places. */
  shown: readonly string[];
  /** Of those that match the text, by condition. */
  counts: Record<Condition, number>;
  total: number;
}

export interface SurveyFilter {
  text: Accessor<string>;
  condition: Accessor<Condition | undefined>;
}

/** A farm of a thousand, where something changes all the time, is looked over four times a second at most. */
const gapMsPerDevice = 0.25;

/** Looks at the plain records: a thousand devices of ten fields each are nothing to subscribe to. */
export function createSurvey(book: DeviceBookState, filter: SurveyFilter): Accessor<Survey> {
  const devices = () => unwrap(book.devices);
  const changes = createPaced(
    () => book.changes,
    () => Object.keys(devices()).length * gapMsPerDevice,
  );
  const order = createMemo((before: readonly string[]) => {
    changes();
    const isKnown = new Set(before);
    const ids = Object.keys(devices());
    if (ids.length === before.length && ids.every((id) => isKnown.has(id))) return before;
    return Object.values(devices())
      .sort(byPlace)
      .map((device) => device.device_id);
  }, []);
  return createMemo((before?: Survey) => {
    changes();
    const text = filter.text().trim();
    const condition = filter.condition();
    const counts: Record<Condition, number> = { ready: 0, busy: 0, attention: 0, offline: 0 };
    const shown: string[] = [];
    let total = 0;
    for (const id of order()) {
      const device = devices()[id];
      if (device === undefined || (text !== "" && !matchesText(device, text))) continue;
      const its = conditionOf(device);
      counts[its] += 1;
      total += 1;
      if (condition === undefined || condition === its) shown.push(id);
    }
    const isSame = before?.shown.length === shown.length && shown.every((id, at) => before.shown[at] === id);
    return { shown: isSame ? before.shown : shown, counts, total };
  });
}
