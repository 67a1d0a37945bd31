import type { Faults } from "../faults.ts";
import type { StartScrcpy } from "./context.ts";

/** What a shell answers for a program that SIGKILL ended: 128 and the signal's number. */
const killedExitCode = 137;

/** Servers that Android kills without a last word, as it does when its memory is short, when `faults` say so. */
export function makeMortalServer(start: StartScrcpy, faults: Faults): StartScrcpy {
  return async (context) => {
    const death = new AbortController();
    let present = faults.find("scrcpy-dies");
    let timer: ReturnType<typeof setTimeout> | undefined;

    function expectDeath(): void {
      clearTimeout(timer);
      if (present !== undefined) timer = setTimeout(() => death.abort(), present.afterMs);
    }
    const stopWatching = faults.onChange(() => {
      const next = faults.find("scrcpy-dies");
      if (next === present) return;
      present = next;
      expectDeath();
    });
    expectDeath();
    try {
      const exitCode = await start({ ...context, signal: AbortSignal.any([context.signal, death.signal]) });
      return death.signal.aborted ? killedExitCode : exitCode;
    } finally {
      clearTimeout(timer);
      stopWatching();
    }
  };
}
