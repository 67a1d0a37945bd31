import type { DeviceLink } from "../device/device-link.ts";
import { pause } from "../pause.ts";
import type { Picture } from "./picture.ts";

/** From the start of one picture to that of the next. */
const everyMs = 1000;
/** A phone spends at most half of its time on pictures of itself. */
const shareOfTime = 1 / 2;
const takeLimitMs = 15_000;
const afterFailureMs = 5000;

/** Reads a PNG; rejects when it is none. The receiver closes the picture. */
export type DecodePng = (png: Uint8Array<ArrayBuffer>) => Promise<Picture>;

export interface ScreencapNeeds {
  link: Pick<DeviceLink, "readOutput">;
  decodePng: DecodePng;
  /** The clock that pictures are stamped with. */
  nowMs(): number;
  /** A picture that is another than the one before; the receiver closes it. */
  onPicture(taken: { picture: Picture; takenMs: number }): void;
  /** Why none comes; undefined when one came. */
  onProblem(detail: string | undefined): void;
}

/** Takes a picture of the screen each second, as `screencap` does, where no encoder works. */
export interface Screencap {
  setRunning(isRunning: boolean): void;
  /** Whether pictures come. */
  isShowing(): boolean;
}

export function makeScreencap(needs: ScreencapNeeds): Screencap {
  let running: AbortController | undefined;
  let isShowing = false;

  async function take(signal: AbortSignal, before: Uint8Array | undefined): Promise<Uint8Array> {
    const png = await needs.link.readOutput("screencap -p", takeLimitMs);
    if (signal.aborted || (isShowing && before !== undefined && isSameBytes(png, before))) return png;
    const takenMs = needs.nowMs();
    const picture = await needs.decodePng(new Uint8Array(png));
    if (signal.aborted) picture.close();
    else {
      isShowing = true;
      needs.onProblem(undefined);
      needs.onPicture({ picture, takenMs });
    }
    return png;
  }

  async function run(signal: AbortSignal): Promise<void> {
    let before: Uint8Array | undefined;
    while (!signal.aborted) {
      const startedMs = performance.now();
      try {
        before = await take(signal, before);
        const tookMs = performance.now() - startedMs;
        await pause(Math.max(everyMs, tookMs / shareOfTime) - tookMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        isShowing = false;
        before = undefined;
        needs.onProblem(`no picture by screencap: ${error instanceof Error ? error.message : String(error)}`);
        await pause(afterFailureMs, signal);
      }
    }
  }

  return {
    setRunning: (isRunning) => {
      if (isRunning === (running !== undefined)) return;
      running?.abort();
      running = undefined;
      isShowing = false;
      if (!isRunning) return;
      running = new AbortController();
      void run(running.signal);
    },
    isShowing: () => isShowing,
  };
}

function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
