import type { FallbackReport, RelayLinkState } from "../../../protocol/engine.ts";
import type { FallbackAccount } from "../../../protocol/fallback.ts";
import type { HeartbeatDevice } from "../../../protocol/heartbeat.ts";
import { backoffMs } from "../backoff.ts";
import { pause } from "../pause.ts";
import type { FallbackPlace, MakeFallbackPlace, Told } from "./fallback-place.ts";
import { makeOwnRows, type OwnRows } from "./own-rows.ts";
import { signInWindowMs, writeIntervalMs } from "./pace.ts";

export interface FallbackNeeds {
  pcId: string;
  makePlace: MakeFallbackPlace;
  /** What a heartbeat would say now; undefined while nobody has looked. */
  devices: () => HeartbeatDevice[] | undefined;
  /** Whether the relay answers at all. Never rejects. */
  isRelayThere: () => Promise<boolean>;
  /** It does: the next try to connect need not wait for its turn. */
  onRelayThere: () => void;
  onReport: (report: FallbackReport | undefined) => void;
}

/** Reports this PC's devices to the farm's Supabase project for as long as the relay cannot be reached. */
export interface Fallback {
  /** The relay gave this PC an account, or said something else of it. */
  takeAccount(account: FallbackAccount): void;
  relayIs(state: RelayLinkState): void;
  close(): void;
}

/** As long as the relay, if it lives, takes this worker's silence for none. */
const lostMs = 5000;
const hereMs = 20_000;
const askMs = 4000;
const failureBackoff = { firstMs: 5000, maxMs: 60_000 };

export function makeFallback(needs: FallbackNeeds): Fallback {
  let account: FallbackAccount | undefined;
  let place: FallbackPlace | undefined;
  let isSignedIn = false;
  let signInTimer: ReturnType<typeof setTimeout> | undefined;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  let sinceMs: number | undefined;
  /** Ends when the relay is back. */
  let run: AbortController | undefined;

  async function signIn(present: FallbackPlace): Promise<Told<undefined>> {
    clearTimeout(signInTimer);
    const told = await present.signIn();
    if (place === present) isSignedIn = told.ok;
    return told;
  }

  /** Ahead of need, so that not everybody comes at once when the relay goes. */
  function signInSome(present: FallbackPlace, budget: FallbackAccount): void {
    const attempt = async (): Promise<void> => {
      const { ok } = await signIn(present);
      if (!ok && place === present) signInSome(present, budget);
    };
    signInTimer = setTimeout(() => void attempt(), signInWindowMs(budget) * Math.random());
  }

  function begin(): void {
    if (account === undefined || place === undefined || run !== undefined) return;
    run = new AbortController();
    void report(run.signal, account, place);
    void askForRelay(run.signal);
  }

  function end(): void {
    clearTimeout(lostTimer);
    lostTimer = undefined;
    sinceMs = undefined;
    run?.abort();
    if (run !== undefined) needs.onReport(undefined);
    run = undefined;
  }

  async function report(signal: AbortSignal, budget: FallbackAccount, present: FallbackPlace): Promise<void> {
    const everyMs = writeIntervalMs(budget);
    const startedMs = sinceMs ?? Date.now();
    const turn = makeTurn(present, signal);
    let failures = 0;
    await pause(everyMs * Math.random(), signal);
    while (!signal.aborted) {
      const told = await turn();
      if (signal.aborted) return;
      failures = told.ok ? 0 : failures + 1;
      needs.onReport(
        told.ok
          ? { kind: "reporting", sinceMs: startedMs }
          : { kind: "failing", sinceMs: startedMs, reason: told.reason },
      );
      const waitMs = told.ok ? everyMs : Math.max(everyMs, backoffMs(failureBackoff, failures));
      await pause(waitMs * (1 + Math.random() / 5), signal);
    }
  }

  /** One write at most, of what changed. */
  function makeTurn(present: FallbackPlace, signal: AbortSignal): () => Promise<Told<unknown>> {
    let rows: OwnRows | undefined;
    let saidHereMs = Number.NEGATIVE_INFINITY;

    async function writeChanges(): Promise<Told<unknown>> {
      if (rows === undefined) {
        const kept = await present.read();
        if (!kept.ok) return kept;
        rows = makeOwnRows(needs.pcId, kept.value);
      }
      const devices = needs.devices();
      const changed = devices === undefined ? [] : rows.changed(devices);
      if (changed.length === 0 || signal.aborted) return { ok: true, value: undefined };
      const taken = await present.write(changed, signal);
      if (taken.ok) rows.written(changed, taken.value);
      return taken;
    }

    async function sayHere(): Promise<Told<unknown>> {
      if (performance.now() - saidHereMs < hereMs) return { ok: true, value: undefined };
      const told = await present.sayHere(signal);
      if (told.ok) saidHereMs = performance.now();
      return told;
    }

    return async () => {
      if (!isSignedIn) {
        const told = await signIn(present);
        if (!told.ok || signal.aborted) return told;
      }
      // First of all: nobody else may take the phones of a PC that is there.
      const here = await sayHere();
      const told = here.ok && !signal.aborted ? await writeChanges() : here;
      if (!told.ok && told.isSignedOut) isSignedIn = false;
      return told;
    };
  }

  async function askForRelay(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(askMs * (1 + Math.random() / 4), signal);
      if (!signal.aborted && (await needs.isRelayThere()) && !signal.aborted) needs.onRelayThere();
    }
  }

  return {
    takeAccount(next) {
      const isSame =
        account?.url === next.url && account.email === next.email && account.password === next.password;
      account = next;
      if (isSame) return;
      clearTimeout(signInTimer);
      place?.close();
      isSignedIn = false;
      place = needs.makePlace(next, needs.pcId);
      void place.prepare();
      signInSome(place, next);
    },
    relayIs(state) {
      if (state.kind !== "connecting") {
        end();
        return;
      }
      if (lostTimer !== undefined) return;
      sinceMs = Date.now();
      lostTimer = setTimeout(begin, lostMs);
    },
    close() {
      end();
      clearTimeout(signInTimer);
      place?.close();
      place = undefined;
      account = undefined;
    },
  };
}
