import { describe, expect, test } from "vitest";
import { makeBudget, type Loads } from "./budget.ts";
import type { Shares } from "./share.ts";

const idle: Loads = { usb: 0, cpu: 0, uplink: 0 };

/** A farm PC for so many seconds, whose loads follow from what its devices get. Returns each change of the shares. */
function run(seconds: number, loadsOf: (shares: Shares, second: number) => Partial<Loads>) {
  const budget = makeBudget();
  let shares = budget.tell(idle, 0);
  const changes: { second: number; shares: Shares }[] = [];
  let overloadedSeconds = 0;
  for (let nowMs = 500; nowMs <= seconds * 1000; nowMs += 500) {
    const loads = { ...idle, ...loadsOf(shares, nowMs / 1000) };
    if (Math.max(...Object.values(loads)) >= 1) overloadedSeconds += 0.5;
    const next = budget.tell(loads, nowMs);
    if (next !== shares) changes.push({ second: nowMs / 1000, shares: next });
    shares = next;
  }
  return { shares, changes, overloadedSeconds };
}

const tiles = 40;
/** 40 tiles and one focus that takes as much as ten of them, on what `capacity` tiles need. */
function usage({ tile, focus }: Shares, capacity: number): number {
  return (tiles * tile.rate + 10 * focus.rate) / capacity;
}

describe("[M27] the budget of a farm PC", () => {
  test("takes nothing away while there is enough, and nothing for one bad moment", () => {
    const { changes } = run(600, (_, second) => ({ cpu: second % 60 < 2 ? 3 : 0.9, usb: 0.8 }));
    expect(changes).toEqual([]);
  });

  test("takes nothing away for what is measured while sessions start", () => {
    const budget = makeBudget();
    const heavy = { ...idle, cpu: 3 };
    let shares = budget.tell(heavy, 0);
    for (let nowMs = 1000; nowMs <= 60_000; nowMs += 1000) {
      shares = budget.tell(nowMs % 3000 === 0 ? undefined : heavy, nowMs);
    }
    expect(shares.tile.rate).toBe(1);
    for (let nowMs = 61_000; nowMs <= 65_000; nowMs += 1000) shares = budget.tell(heavy, nowMs);
    expect(shares.tile.rate).toBeLessThan(1);
  });

  test("slows tiles down before focus, and says what there is too little of", () => {
    const { shares } = run(60, (now) => ({ usb: usage(now, 35) }));
    expect(shares.tile).toMatchObject({ rate: 0.6, lack: "usb" });
    expect(shares.focus).toMatchObject({ rate: 1, lack: undefined });
  });

  test("slows focus down when the tiles have nothing left to give", () => {
    const { shares } = run(120, (now) => ({ cpu: usage(now, 14) }));
    expect(shares.tile).toMatchObject({ rate: 0.2, lack: "cpu" });
    expect(shares.focus).toMatchObject({ rate: 0.5, lack: "cpu" });
  });

  test("never takes all, however little there is", () => {
    const { shares } = run(600, () => ({ usb: 50, cpu: 50, uplink: 50 }));
    expect([shares.tile.rate, shares.focus.rate]).toEqual([0.2, 0.25]);
  });

  test("makes coarser JPEGs before slower ones where the uplink is narrow", () => {
    const { changes } = run(60, () => ({ uplink: 1.2 }));
    expect(changes[0]?.shares.tile).toMatchObject({ rate: 1, lack: undefined, jpegQuality: 0.5 });
    expect(changes[1]?.shares.tile).toMatchObject({ rate: 0.6, lack: "uplink" });
    expect(changes[1]?.shares.focus.rate).toBe(1);
  });

  test.each([48, 40, 33, 30, 22, 18, 14, 11])(
    "comes to rest where %i tiles' worth is all there is",
    (capacity) => {
      const hour = run(3600, (now) => ({ usb: usage(now, capacity) }));
      // Down within half a minute, then a try now and then whether there is more.
      expect(hour.changes.filter(({ second }) => second > 600).length).toBeLessThan(24);
      expect(hour.overloadedSeconds).toBeLessThan(180);
    },
  );

  test("comes to rest although loads are known only some seconds later, and vary", () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const past: Shares[] = [];
    const hour = run(3600, (now) => {
      past.push(now);
      return { cpu: usage(past.at(-8) ?? now, 30) * (0.8 + random() * 0.4) };
    });
    expect(hour.changes.filter(({ second }) => second > 600).length).toBeLessThan(24);
  });

  test("gives everything back soon after there is enough again", () => {
    const { shares, changes } = run(240, (now, second) => ({
      usb: usage(now, second < 120 ? 14 : 200),
    }));
    expect(shares.tile.rate).toBe(1);
    expect(shares.focus.rate).toBe(1);
    expect(changes.at(-1)?.second).toBeLessThan(200);
  });

  test("names the scarcer of two things", () => {
    const { shares } = run(120, (now, second) => ({
      usb: usage(now, 45),
      cpu: second > 30 ? usage(now, 22) : 0,
    }));
    expect(shares.tile.lack).toBe("cpu");
  });
});
