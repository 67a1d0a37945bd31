import * as v from "valibot";

/** Asked often at first, so that the very first pictures have true times. */
const firstAsksMs = [0, 200, 1000, 3000];
const everyMs = 10_000;
const silenceMs = 10_000;
/** Clocks drift by some milliseconds an hour; a sample of minutes ago is as good as new. */
const keptSamples = 12;

const reply = v.object({ ok: v.literal(true), now: v.number() });

/** What time the relay has, by asking it: the quickest answer of the last two minutes says best. */
export interface RelayClock {
  start(): void;
  stop(): void;
  /** Unix milliseconds with a fraction. */
  nowMs(): number;
}

export function makeRelayClock(needs: {
  ask(onAnswer: (answer: unknown) => void): void;
  onSilence(): void;
}): RelayClock {
  let samples: { offsetMs: number; roundTripMs: number }[] = [];
  let offsetMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let run = 0;

  function ask(): void {
    const mine = run;
    const askedMs = localNowMs();
    silence = setTimeout(() => needs.onSilence(), silenceMs);
    needs.ask((answer) => {
      if (mine !== run) return;
      clearTimeout(silence);
      const parsed = v.safeParse(reply, answer);
      if (parsed.success) learn(parsed.output.now, askedMs, localNowMs());
      asked += 1;
      timer = setTimeout(ask, firstAsksMs[asked] ?? everyMs);
    });
  }

  function learn(relayMs: number, askedMs: number, answeredMs: number): void {
    const roundTripMs = answeredMs - askedMs;
    samples = [...samples, { offsetMs: relayMs - (askedMs + answeredMs) / 2, roundTripMs }].slice(
      -keptSamples,
    );
    offsetMs = samples.reduce((best, each) => (each.roundTripMs < best.roundTripMs ? each : best)).offsetMs;
  }

  return {
    start() {
      run += 1;
      asked = 0;
      samples = [];
      ask();
    },
    stop() {
      run += 1;
      clearTimeout(timer);
      clearTimeout(silence);
    },
    nowMs: () => localNowMs() + offsetMs,
  };
}

/** With fractions, and never set back while this thread lives. */
function localNowMs(): number {
  return performance.timeOrigin + performance.now();
}
