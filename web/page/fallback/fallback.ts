import type { FallbackChanges, FallbackSnapshot } from "../../../protocol/fallback.ts";
import type { DeviceStatusUpdate, WorkerStatus } from "../../../protocol/device.ts";
import type { FallbackSource } from "./fallback-source.ts";

/** How a dashboard sees the farm while the relay is away. Times are Unix milliseconds of this browser. */
export type FallbackState =
  /** The relay is there, or nobody signed in. */
  | { kind: "off" }
  | { kind: "opening" }
  /** Status is live, and nothing else. */
  | { kind: "live"; sinceMs: number }
  /** It is tried again. */
  | { kind: "failing"; reason: string };

/** What becomes of what is heard. Times in it are the relay's, as everything that the page knows. */
export interface FallbackBook {
  takeFallbackSnapshot(devices: DeviceStatusUpdate[], workers: WorkerStatus[], lostAtMs: number): void;
  takeFallbackChanges(
    devices: DeviceStatusUpdate[],
    removed: FallbackChanges["removed"],
    lostAtMs: number,
  ): void;
}

export interface FallbackNeeds {
  /** Undefined when nobody signed in. */
  openSource: () => FallbackSource | undefined;
  book: FallbackBook;
  relayNowMs: () => number;
  onState: (state: FallbackState) => void;
}

/** Shows what workers report to Supabase, from when the relay is away until it is back. */
export interface DashboardFallback {
  /** `sinceMs`: when the relay was lost. */
  begin(sinceMs: number): void;
  end(): void;
}

/** What was missed is found in this time; sooner when nothing is heard at all. */
const againMs = 60_000;
const deafAgainMs = 15_000;
const jitter = 0.2;
const firstRetryMs = 2000;
const longestRetryMs = 60_000;

export function makeDashboardFallback({
  openSource,
  book,
  relayNowMs,
  onState,
}: FallbackNeeds): DashboardFallback {
  let end: (() => void) | undefined;

  function run(source: FallbackSource, sinceMs: number): () => void {
    let isOver = false;
    let isHearing = false;
    let isAsking = false;
    let isAskedAgain = false;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    /** Its turn came while nobody could see the page. */
    let isOverdue = false;
    const lostAtMs = relayNowMs() - (Date.now() - sinceMs);

    /** The project's times, by the relay's clock. */
    function timesFrom(now: string): <T extends { last_seen_at: string }>(row: T) => T {
      const offsetMs = relayNowMs() - Date.parse(now);
      return (row) => ({
        ...row,
        last_seen_at: new Date(Date.parse(row.last_seen_at) + offsetMs).toISOString(),
      });
    }

    async function ask(): Promise<void> {
      if (isAsking) {
        isAskedAgain = true;
        return;
      }
      clearTimeout(timer);
      isAsking = true;
      const told = await source.snapshot();
      isAsking = false;
      if (isOver) return;
      if (told.ok) takeSnapshot(told.value);
      else {
        failures += 1;
        onState({ kind: "failing", reason: told.reason });
      }
      const isDue = isAskedAgain && told.ok;
      isAskedAgain = false;
      const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
      const waitMs = told.ok ? (isHearing ? againMs : deafAgainMs) : retryMs;
      timer = setTimeout(turn, isDue ? 0 : waitMs * (1 - jitter * Math.random()));
    }

    function turn(): void {
      isOverdue = document.hidden;
      if (!isOverdue) void ask();
    }

    function look(): void {
      if (isOverdue) turn();
    }

    function takeSnapshot({ now, devices, workers }: FallbackSnapshot): void {
      failures = 0;
      const byRelay = timesFrom(now);
      book.takeFallbackSnapshot(devices.map(byRelay), workers.map(byRelay), lostAtMs);
      onState({ kind: "live", sinceMs });
    }

    onState({ kind: "opening" });
    const stopListening = source.listen(
      ({ now, devices, removed }) => {
        if (!isOver) book.takeFallbackChanges(devices.map(timesFrom(now)), removed, lostAtMs);
      },
      (next) => {
        if (isOver) return;
        const isNew = next && !isHearing;
        isHearing = next;
        // What was said before is in the snapshot, what is said during it is newer.
        if (isNew) void ask();
      },
    );
    document.addEventListener("visibilitychange", look);
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      stopListening();
    };
  }

  return {
    begin(sinceMs) {
      if (end !== undefined) return;
      const source = openSource();
      if (source !== undefined) end = run(source, sinceMs);
    },
    end() {
      if (end === undefined) return;
      end();
      end = undefined;
      onState({ kind: "off" });
    },
  };
}
