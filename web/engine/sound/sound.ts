import { aborted } from "../aborted.ts";
import { backoffMs } from "../backoff.ts";
import type { DeviceLink } from "../device/device-link.ts";
import { pause } from "../pause.ts";
import { NoSoundError, type SoundCodec, type SoundSession } from "./sound-session.ts";

/** Who stops listening may only have turned to another tab. */
const warmMs = 3000;
const restartBackoff = { firstMs: 1000, maxMs: 30_000 };
/** On Android 11 every try shows an empty window for a moment, so a phone that gives no sound is seldom asked again. */
const noSoundBackoff = { firstMs: 60_000, maxMs: 600_000 };
/** A session that lived this long was not started in vain. */
const stableMs = 10_000;
/** The first byte of a `sound-start` (`protocol/media-packet.ts`). */
const codecBytes = { opus: 1, raw: 2 } as const satisfies Record<SoundCodec, number>;

/** What becomes a media packet. */
export interface SoundPiece {
  kind: "sound-start" | "sound";
  /** Microseconds on the device's clock; 0 of a start. */
  deviceUs: number;
  takenMs: number;
  parts: readonly Uint8Array[];
}

export interface SoundNeeds {
  link: Pick<DeviceLink, "startSound">;
  nowMs(): number;
  send(piece: SoundPiece): void;
  /** Why nothing can be heard although somebody listens; undefined when it can. */
  onProblem(detail: string | undefined): void;
}

/** The sound of a device while somebody listens: as Opus, and raw where the device has no encoder for it. */
export interface Sound {
  setWanted(isWanted: boolean): void;
  /** Ends it; it is of no use after. Never rejects. */
  close(): Promise<void>;
}

export function makeSound(needs: SoundNeeds): Sound {
  let listening: { end: AbortController; done: Promise<void> } | undefined;
  let isClosed = false;
  let endTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the device was found to have; asked anew only by a new plug. */
  let codec: SoundCodec = "opus";

  function open(): Promise<SoundSession> {
    const begun = codec;
    return needs.link.startSound({
      codec: begun,
      onStart: (header) => {
        needs.onProblem(undefined);
        const parts = [Uint8Array.of(codecBytes[begun]), header];
        needs.send({ kind: "sound-start", deviceUs: 0, takenMs: needs.nowMs(), parts });
      },
      onPiece: (data, deviceUs) =>
        needs.send({ kind: "sound", deviceUs, takenMs: needs.nowMs(), parts: [data] }),
    });
  }

  /** One session from its start to its end; rejects with what the device said. */
  async function hear(signal: AbortSignal): Promise<void> {
    const session = await open();
    const lastWords = await Promise.race([session.ended, aborted(signal).then(() => "")]);
    await session.close();
    if (!signal.aborted) throw new Error(lastWords);
  }

  async function listen(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = performance.now();
      const error = await hear(signal).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (signal.aborted) return;
      const isRefused = error instanceof NoSoundError;
      if (isRefused && codec === "opus") {
        codec = "raw";
        continue;
      }
      if (isRefused) codec = "opus";
      failures = performance.now() - startedMs > stableMs ? 1 : failures + 1;
      needs.onProblem(error instanceof Error ? error.message : String(error));
      await pause(backoffMs(isRefused ? noSoundBackoff : restartBackoff, failures), signal);
    }
  }

  function stop(): Promise<void> {
    const ending = listening;
    listening = undefined;
    ending?.end.abort();
    return ending?.done ?? Promise.resolve();
  }

  return {
    setWanted: (isWanted) => {
      clearTimeout(endTimer);
      if (isClosed) return;
      if (!isWanted) {
        if (listening === undefined) return;
        needs.onProblem(undefined);
        endTimer = setTimeout(() => void stop(), warmMs);
      } else if (listening === undefined) {
        const end = new AbortController();
        listening = { end, done: listen(end.signal) };
      }
    },
    close: () => {
      isClosed = true;
      clearTimeout(endTimer);
      return stop();
    },
  };
}
