import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeviceState, Problem } from "../../../protocol/device-state.ts";
import { runClaimLoop } from "./claim-loop.ts";
import type { OpenLink, OpenLinkWish } from "./device-link.ts";
import { nextState } from "./device-machine.ts";
import { InUseError } from "../usb/adb-interface.ts";
import { AuthRefusedError } from "./problem-of-error.ts";
import { makeRecovery } from "./recovery.ts";
import { answerOf, makeFakeLink, never } from "./testing/fake-link.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function makeRig(openLink: OpenLink, { mayReboot = false } = {}) {
  const recovery = makeRecovery(() => mayReboot);
  const states: DeviceState[] = [{ kind: "unclaimed" }];
  const attempts: { atS: number; wish: OpenLinkWish }[] = [];
  let letGo: ((problem: Problem) => void) | undefined;
  function plug() {
    const plugged = new AbortController();
    recovery.plugged();
    const loop = runClaimLoop({
      openLink: (wish) => {
        attempts.push({ atS: Date.now() / 1000, wish });
        return openLink(wish);
      },
      recovery,
      plugged: plugged.signal,
      dispatch: (event) => {
        const last = states.at(-1) ?? { kind: "unclaimed" };
        states.push(nextState(last, event, Date.now()));
      },
      hold: () => ({
        failed: new Promise((resolve) => {
          letGo = resolve;
          plugged.signal.addEventListener("abort", () => resolve({ code: "UNPLUGGED" }));
        }),
        letGo: async () => undefined,
      }),
    });
    return { loop, plugged };
  }
  return {
    ...plug(),
    plug,
    recovery,
    attempts: () => attempts.length,
    attemptsAtS: () => attempts.map(({ atS }) => Math.round(atS)),
    lastWish: () => attempts.at(-1)?.wish,
    states,
    state: () => states.at(-1),
    /** The rungs in the order they were shown, each once. */
    rungs: () =>
      states
        .map((state) => ("rung" in state ? state.rung : undefined))
        .filter((rung, index, all) => rung !== undefined && rung !== all[index - 1]),
    loseLink: (problem: Problem) => letGo?.(problem),
  };
}

const dead: OpenLink = async () => {
  throw new DOMException("A transfer error has occurred.", "NetworkError");
};

describe("claiming", () => {
  test("a device that another program holds is tried every few seconds until it is free", async () => {
    let isBusy = true;
    const rig = makeRig(async () => {
      if (isBusy) throw new InUseError("claimed");
      return makeFakeLink();
    });
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.state()).toMatchObject({ kind: "unclaimed", problem: { code: "IN_USE" }, retryAtMs: 3250 });
    await vi.advanceTimersByTimeAsync(3100);
    expect(rig.attempts()).toBe(2);
    await vi.advanceTimersByTimeAsync(300_000);
    const before = rig.attempts();
    // At most 30 s apart, however long it takes.
    await vi.advanceTimersByTimeAsync(61_000);
    expect(rig.attempts() - before).toBeGreaterThanOrEqual(2);
    isBusy = false;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    expect(rig.recovery.report().taken).toEqual({});
  });

  test("is tried at once when a person asks", async () => {
    const rig = makeRig(async () => {
      throw new AuthRefusedError("no");
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.state()).toMatchObject({ problem: { code: "AUTH_REFUSED" } });
    expect(rig.attempts()).toBe(1);
    rig.loop.claimNow(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.attempts()).toBe(2);
  });

  test("waits for the person as long as it takes, and asks again only when told to", async () => {
    const rig = makeRig(
      (wish) =>
        new Promise((_resolve, reject) => {
          wish.onAuthorizing();
          wish.signal.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
        }),
    );
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(rig.state()).toEqual({ kind: "authorizing", sinceMs: 0, problem: { code: "AUTH_PENDING" } });
    rig.loop.claimNow(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.attempts()).toBe(1);
    rig.loop.claimNow(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.attempts()).toBe(2);
    expect(rig.state()).toMatchObject({ kind: "authorizing" });
  });

  test("ends when the device is unplugged, and lets go of it", async () => {
    const link = makeFakeLink();
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(1000);
    rig.plugged.abort();
    await rig.loop.done;
    expect(link.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rig.attempts()).toBe(1);
  });

  test("lets go at once of a device that is unplugged before it says what it is", async () => {
    const link = makeFakeLink({ shell: never });
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(1000);
    rig.plugged.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(link.isClosed).toBe(true);
  });

  test("does not take back an admission because a person had asked the phone again", async () => {
    const rig = makeRig(async (wish) => {
      wish.onAuthorizing();
      return makeFakeLink();
    });
    await vi.advanceTimersByTimeAsync(1000);
    rig.loop.claimNow(true);
    rig.loseLink({ code: "USB_ERROR" });
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.states).toContainEqual(
      expect.objectContaining({ kind: "unclaimed", problem: { code: "USB_ERROR" } }),
    );
  });
});

describe("[L1] a device that is lost while its cable stays in", () => {
  test("is claimed again at once", async () => {
    const first = makeFakeLink();
    const links = [first];
    const rig = makeRig(async () => links.shift() ?? makeFakeLink());
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    rig.loseLink({ code: "USB_ERROR", detail: "NetworkError: A transfer error has occurred." });
    await vi.advanceTimersByTimeAsync(300);
    expect(first.isClosed).toBe(true);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    expect(rig.rungs()).toEqual(["reclaim"]);
    expect(rig.recovery.report()).toEqual({ taken: { reclaim: 1 }, skipped: {}, recoveredAtMs: 20_251 });
  });

  test("is told to be so before the link to it is closed, which a hung one makes slow", async () => {
    const closing = Promise.withResolvers<undefined>();
    const rig = makeRig(async () => makeFakeLink({ close: () => closing.promise }));
    await vi.advanceTimersByTimeAsync(0);
    rig.loseLink({ code: "ADB_TIMEOUT", detail: "no answer for 20 s, though asked twice" });
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.state()).toMatchObject({
      kind: "unclaimed",
      problem: { code: "ADB_TIMEOUT" },
      rung: "reclaim",
    });
    closing.resolve(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.state()).toMatchObject({ kind: "ready" });
  });

  test("is claimed, reset, started over with growing waits, and a person is asked; its problem stays told", async () => {
    const rig = makeRig(dead);
    await vi.advanceTimersByTimeAsync(20_000);
    // A quarter of a second each tells a failure from a pulled cable.
    expect(rig.attemptsAtS()).toEqual([0, 0, 1, 2, 4, 8, 17]);
    expect(rig.rungs()).toEqual(["reclaim", "usb-reset", "restart", "person"]);
    expect(rig.state()).toMatchObject({
      kind: "unclaimed",
      problem: { code: "NEEDS_PERSON", detail: expect.stringContaining("A transfer error") },
      rung: "person",
    });
    expect(rig.recovery.report()).toMatchObject({ taken: { reclaim: 1, restart: 4, person: 1 } });
    const claiming = rig.states.filter((state) => state.kind === "claiming").slice(1);
    for (const state of claiming) expect(state).toHaveProperty("problem.code");
  });

  test("is reset over USB on the second rung only, and a refused reset is said and passed over", async () => {
    const rig = makeRig(async (wish) => {
      wish.onUsbReset?.("Unable to reset the device.");
      return await dead(wish);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.recovery.report()).toMatchObject({
      taken: { reclaim: 1, restart: 4 },
      skipped: { "usb-reset": "refused: Unable to reset the device." },
    });
    expect(rig.recovery.report().taken).not.toHaveProperty("usb-reset");
  });

  test("is back after the reset, which is counted", async () => {
    const rig = makeRig(async (wish) => {
      if (wish.onUsbReset === undefined) return await dead(wish);
      wish.onUsbReset(undefined);
      return makeFakeLink();
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    expect(rig.recovery.report().taken).toEqual({ reclaim: 1, "usb-reset": 1 });
  });

  test("goes on from where it was when the reset made it leave USB for a moment", async () => {
    let isReset = false;
    const rig = makeRig(async (wish) => {
      wish.onUsbReset?.(undefined);
      isReset ||= wish.onUsbReset !== undefined;
      return isReset ? await never() : await dead(wish);
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(isReset).toBe(true);
    rig.plugged.abort();
    rig.plug();
    expect(rig.recovery.ladder()).toEqual({ at: "usb-reset" });
    await vi.advanceTimersByTimeAsync(11_000);
    rig.plug();
    expect(rig.recovery.ladder()).toEqual({ at: "ground" });
  });
});

describe("[L4] the reboot", () => {
  const hung = () => makeFakeLink({ isHung: true });

  test("is left out, and said so, where it is not allowed", async () => {
    const link = hung();
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(170_000);
    expect(rig.state()).toMatchObject({ rung: "person" });
    expect(link.reboots).toBe(0);
    expect(rig.recovery.report().skipped).toEqual({ reboot: "not allowed on this PC" });
  });

  test("is asked of ADB when the phone opens it and still answers nothing", async () => {
    const link = hung();
    const rig = makeRig(async () => link, { mayReboot: true });
    await vi.advanceTimersByTimeAsync(140_000);
    expect(link.reboots).toBe(1);
    expect(rig.state()).toMatchObject({
      kind: "unclaimed",
      rung: "reboot",
      problem: { code: "ADB_TIMEOUT" },
    });
    expect(rig.recovery.isRebooting()).toBe(true);
    expect(rig.recovery.report().taken).toMatchObject({ reboot: 1 });
  });

  test("is not asked of a phone that answers again on that rung", async () => {
    const link = hung();
    const rig = makeRig(async () => link, { mayReboot: true });
    await vi.advanceTimersByTimeAsync(115_000);
    link.isHung = false;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(rig.rungs().at(-1)).toBe("reboot");
    expect(rig.state()).toMatchObject({ kind: "ready" });
    expect(link.reboots).toBe(0);
  });

  test("is left out, and said so, when ADB does not open", async () => {
    const rig = makeRig(dead, { mayReboot: true });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.state()).toMatchObject({ rung: "person" });
    expect(rig.recovery.report().skipped).toEqual({ reboot: "ADB did not open" });
    expect(rig.recovery.report().taken).not.toHaveProperty("reboot");
  });

  test("is asked at most once in 30 min", async () => {
    const link = hung();
    const rig = makeRig(async () => link, { mayReboot: true });
    const rebootsAfter = async (minutes: number): Promise<number> => {
      rig.loop.claimNow(true);
      await vi.advanceTimersByTimeAsync(minutes * 60_000);
      return link.reboots;
    };
    expect(await rebootsAfter(10)).toBe(1);
    expect(await rebootsAfter(15)).toBe(1);
    expect(rig.recovery.report().skipped).toEqual({ reboot: "done less than 30 min ago" });
    await rebootsAfter(10);
    expect(await rebootsAfter(10)).toBe(2);
  });

  test("that ADB refuses is said, and a person is asked", async () => {
    const link = makeFakeLink({
      isHung: true,
      reboot: () => Promise.reject(new Error("Socket open failed")),
    });
    const rig = makeRig(async () => link, { mayReboot: true });
    await vi.advanceTimersByTimeAsync(170_000);
    expect(rig.state()).toMatchObject({ rung: "person" });
    expect(rig.recovery.report().skipped).toEqual({ reboot: "Error: Socket open failed" });
    expect(rig.recovery.isRebooting()).toBe(false);
  });
});

describe("[L5] a device that waits for a person", () => {
  test("is tried every 5 min at the latest, for ever, and is ready without a click when it is back", async () => {
    let isDead = true;
    const rig = makeRig(async (wish) => (isDead ? await dead(wish) : makeFakeLink()));
    await vi.advanceTimersByTimeAsync(86_400_000);
    const before = rig.attempts();
    await vi.advanceTimersByTimeAsync(301_000);
    expect(rig.attempts() - before).toBe(1);
    isDead = false;
    await vi.advanceTimersByTimeAsync(301_000);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    expect(rig.recovery.report().taken).toEqual({ reclaim: 1, restart: 4, person: 1 });
  });

  test("begins on the ground when the person asks, or plugs it in again", async () => {
    const rig = makeRig(dead);
    await vi.advanceTimersByTimeAsync(60_000);
    rig.loop.claimNow(true);
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.state()).toMatchObject({ rung: "reclaim" });
    await vi.advanceTimersByTimeAsync(60_000);
    rig.plugged.abort();
    rig.plug();
    expect(rig.recovery.ladder()).toEqual({ at: "ground" });
  });
});

describe("[L6] a device that is let in again", () => {
  test("climbs on when it fails at once, and is on the ground when it answers after 10 s", async () => {
    const rig = makeRig(async () => makeFakeLink());
    const fail = async (): Promise<void> => {
      rig.loseLink({ code: "ADB_PROTOCOL" });
      await vi.advanceTimersByTimeAsync(300);
    };
    await vi.advanceTimersByTimeAsync(0);
    rig.recovery.answered();
    await fail();
    rig.recovery.answered();
    expect(rig.recovery.ladder()).toEqual({ at: "reclaim" });
    await fail();
    expect(rig.recovery.ladder()).toEqual({ at: "usb-reset" });
    await vi.advanceTimersByTimeAsync(10_000);
    // Being let in is not enough: the Android of a device may hang while its adbd answers.
    expect(rig.recovery.ladder()).toEqual({ at: "usb-reset" });
    rig.recovery.answered();
    expect(rig.recovery.ladder()).toEqual({ at: "ground" });
  });
});

describe("[L7] a device", () => {
  test("without Android is let in as one without a screen", async () => {
    const link = makeFakeLink({ identityAnswer: answerOf("", 127) });
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.state()).toEqual({ kind: "ready", sinceMs: 0, problems: [{ code: "NOT_ANDROID" }] });
  });

  test("whose Android still boots is waited for, however long, and never rebooted", async () => {
    const booting = answerOf("Google\nPixel 8\n14\ncmd: Can't find service: window\n", 20);
    const link = makeFakeLink({ identityAnswer: booting });
    const rig = makeRig(async () => link, { mayReboot: true });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(rig.state()).toEqual({ kind: "claiming", sinceMs: 0, problem: { code: "BOOTING" } });
    expect(rig.attempts()).toBe(1);
    link.identityAnswer = makeFakeLink().identityAnswer;
    await vi.advanceTimersByTimeAsync(2000);
    expect(rig.state()).toMatchObject({ kind: "ready", problems: [] });
  });
});
