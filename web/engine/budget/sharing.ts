import { makeBudget } from "./budget.ts";
import { startLoadWatch } from "./load-watch.ts";
import { fullShares, type Shares } from "./share.ts";
import { makeStartTurns, type StartTurns } from "./start-turns.ts";

/** Where it is told what one device costs the farm PC. */
export interface DeviceLoad {
  /** Something came over USB, so much later than the quickest lately. */
  taken(bytes: number, lateMs: number): void;
  decoded(tookMs: number): void;
  encoded(tookMs: number): void;
}

/** What the whole farm PC has, measured and shared out to its devices. */
export interface Sharing {
  shares(): Shares;
  loadOf(serialNumber: string): DeviceLoad;
  turns: StartTurns;
  stop(): void;
}

export interface SharingNeeds {
  /** `RelayLink.takeShutShare`. */
  takeShutShare: () => number;
  onShares: (shares: Shares) => void;
}

/** Runs until it is stopped. */
export function startSharing({ takeShutShare, onShares }: SharingNeeds): Sharing {
  const budget = makeBudget();
  const turns = makeStartTurns();
  let shares = fullShares;
  const watch = startLoadWatch({
    takeShutShare,
    onLoads: (loads, nowMs) => {
      // What is measured then is their start, also the one that taking pictures away has brought about.
      const next = budget.tell(turns.isCrowded() ? undefined : loads, nowMs);
      if (next === shares) return;
      shares = next;
      onShares(next);
    },
  });
  return {
    shares: () => shares,
    loadOf: (serialNumber) => ({
      taken: (bytes, lateMs) => watch.taken(serialNumber, bytes, lateMs),
      decoded: (tookMs) => watch.decoded(tookMs),
      encoded: (tookMs) => watch.encoded(tookMs),
    }),
    turns,
    stop: () => watch.stop(),
  };
}
