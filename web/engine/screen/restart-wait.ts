import { backoffMs } from "../backoff.ts";

const backoff = { firstMs: 500, maxMs: 30_000 };
/** A session that lived this long was not started in vain. */
const stableMs = 10_000;

/** How long to wait before the next session is started: ever longer while they fail. */
export interface RestartWait {
  /** `isBlamed`: an encoder is, and another one is tried without a long wait. */
  failed(isBlamed: boolean): void;
  /** One ended that had shown something. One that dies at once, every time, is not to be started twice a second for months. */
  lived(livedMs: number): void;
  /** Somebody waits for it. */
  hurry(): void;
  /** 0 when it may start. */
  leftMs(): number;
}

export function makeRestartWait(): RestartWait {
  let failures = 0;
  let untilMs = 0;
  return {
    failed: (isBlamed) => {
      failures += 1;
      untilMs = performance.now() + backoffMs(backoff, isBlamed ? 1 : failures);
    },
    lived: (livedMs) => {
      if (livedMs > stableMs) failures = 0;
    },
    hurry: () => {
      untilMs = 0;
    },
    leftMs: () => Math.max(0, untilMs - performance.now()),
  };
}
