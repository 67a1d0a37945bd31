import type { FallbackChanges, FallbackSnapshot } from "../../../protocol/fallback.ts";
import type { FallbackSource } from "./fallback-source.ts";

/** A project for tests: what was asked of it, and levers for what it says. */
export interface FakeSource extends FallbackSource {
  asked: number;
  isListenedTo: boolean;
  answer: FallbackSnapshot | string;
  hear(isHearing?: boolean): void;
  tell(changes: Partial<FallbackChanges>): void;
}

export function makeFakeSource(nowOf: () => string): FakeSource {
  let onChanges: ((changes: FallbackChanges) => void) | undefined;
  let onHearing: ((isHearing: boolean) => void) | undefined;
  const source: FakeSource = {
    asked: 0,
    isListenedTo: false,
    answer: { now: nowOf(), devices: [], workers: [], groups: [] },
    hear: (isHearing = true) => onHearing?.(isHearing),
    tell: (changes) => onChanges?.({ now: nowOf(), devices: [], removed: [], ...changes }),
    snapshot() {
      source.asked += 1;
      const { answer } = source;
      return Promise.resolve(
        typeof answer === "string"
          ? { ok: false, reason: answer }
          : { ok: true, value: { ...answer, now: nowOf() } },
      );
    },
    listen(changes, hearing) {
      [onChanges, onHearing, source.isListenedTo] = [changes, hearing, true];
      return () => void (source.isListenedTo = false);
    },
  };
  return source;
}
