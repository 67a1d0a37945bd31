import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeviceState, Problem } from "../../../protocol/device-state.ts";
import { runClaimLoop } from "./claim-loop.ts";
import type { DeviceLink, OpenLink } from "./device-link.ts";
import { nextState } from "./device-machine.ts";
import { AuthRefusedError, InUseError } from "./problem-of-error.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function makeRig(openLink: OpenLink) {
  const plugged = new AbortController();
  const states: DeviceState[] = [{ kind: "unclaimed" }];
  let attempts = 0;
  let letGo: ((problem: Problem) => void) | undefined;
  const loop = runClaimLoop({
    openLink: (hooks) => {
      attempts += 1;
      return openLink(hooks);
    },
    plugged: plugged.signal,
    dispatch: (event) => {
      const last = states.at(-1) ?? { kind: "unclaimed" };
      states.push(nextState(last, event, Date.now()));
    },
    use: () =>
      new Promise((resolve) => {
        letGo = resolve;
        plugged.signal.addEventListener("abort", () => resolve({ code: "UNPLUGGED" }));
      }),
  });
  return {
    loop,
    plugged,
    attempts: () => attempts,
    state: () => states.at(-1),
    loseLink: (problem: Problem) => letGo?.(problem),
  };
}

function makeLink(): DeviceLink & { isClosed: boolean } {
  const link = {
    isClosed: false,
    ended: new Promise<string>(() => undefined),
    shell: async () => ({
      stdout: "Google\nPixel 8\n14\nPhysical size: 1080x2400\n",
      stderr: "",
      exit_code: 0,
    }),
    readOutput: async () => new Uint8Array(),
    startScrcpy: () => Promise.reject(new Error("no scrcpy")),
    close: async () => {
      link.isClosed = true;
    },
  };
  return link;
}

describe("claiming", () => {
  test("a device that another program holds is tried every few seconds until it is free", async () => {
    let isBusy = true;
    const rig = makeRig(async () => {
      if (isBusy) throw new InUseError("claimed");
      return makeLink();
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
      (hooks) =>
        new Promise((_resolve, reject) => {
          hooks.onAuthorizing();
          hooks.signal.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
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

  test("starts again when ADB is lost while the cable stays in", async () => {
    const first = makeLink();
    const links = [first, makeLink()];
    const rig = makeRig(async () => links.shift() ?? makeLink());
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.state()).toMatchObject({ kind: "ready" });
    rig.loseLink({ code: "USB_ERROR", detail: "ReferenceError: closed is not defined" });
    await vi.advanceTimersByTimeAsync(300);
    expect(first.isClosed).toBe(true);
    expect(rig.state()).toMatchObject({ kind: "unclaimed", problem: { code: "USB_ERROR" } });
    await vi.advanceTimersByTimeAsync(600);
    expect(rig.state()).toMatchObject({ kind: "ready" });
  });

  test("ends when the device is unplugged, and lets go of it", async () => {
    const link = makeLink();
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(1000);
    rig.plugged.abort();
    await rig.loop.done;
    expect(link.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rig.attempts()).toBe(1);
  });

  test("lets go at once of a device that is unplugged before it says what it is", async () => {
    const link = makeLink();
    link.shell = () => new Promise(() => undefined);
    const rig = makeRig(async () => link);
    await vi.advanceTimersByTimeAsync(1000);
    rig.plugged.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(link.isClosed).toBe(true);
  });

  test("does not take back an admission because a person had asked the phone again", async () => {
    const link = makeLink();
    const rig = makeRig(async (hooks) => {
      hooks.onAuthorizing();
      return link;
    });
    await vi.advanceTimersByTimeAsync(1000);
    rig.loop.claimNow(true);
    rig.loseLink({ code: "USB_ERROR" });
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.state()).toMatchObject({ kind: "unclaimed", problem: { code: "USB_ERROR" } });
  });
});
