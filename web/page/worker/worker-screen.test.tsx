// @vitest-environment happy-dom
import { createStore, reconcile } from "solid-js/store";
import { render } from "solid-js/web";
import { afterEach, describe, expect, test } from "vitest";
import type { EngineReport, StreamReport } from "../../../protocol/engine.ts";
import type { WorkerLink, WorkerLinkState } from "../link/worker-link.ts";
import type { AddPhone } from "./add-phone.ts";
import { WorkerScreen } from "./worker-screen.tsx";

const report: EngineReport = {
  type: "report",
  relay: { kind: "connected", sinceMs: 0 },
  devices: [],
  throughput: { framesPerSecond: 0, bytesPerSecond: 0, commandsCompleted: 0, commandsFailed: 0 },
  isUsbMissing: false,
};

const phone = {
  serialNumber: "S1",
  deviceId: "",
  productName: "Pixel 8",
  manufacturerName: "Google",
  recovery: { taken: {}, skipped: {} },
};

let dispose = () => {};
afterEach(() => {
  dispose();
  localStorage.clear();
});

const addPhone: AddPhone = () => Promise.resolve({ ok: true, serialNumber: "S9" });

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find((button) => button.textContent.includes(name));
}

function open(startsAtOnce: boolean, mayReboot = false) {
  const calls: string[] = [];
  const reboots: boolean[] = [];
  const [state, setState] = createStore<WorkerLinkState>({});
  const link: WorkerLink = {
    state,
    start: (pcId) => void calls.push(`start ${pcId}`),
    stop: () => void calls.push("stop"),
    setMayReboot: (mayReboot) => void reboots.push(mayReboot),
    takeOver: () => void calls.push("take over"),
    claim: (serial) => void calls.push(`claim ${serial}`),
  };
  dispose = render(
    () => (
      <WorkerScreen
        link={link}
        pcId="pc-1"
        startsAtOnce={startsAtOnce}
        mayReboot={mayReboot}
        addPhone={addPhone}
      />
    ),
    document.body,
  );
  return { calls, reboots, setState };
}

test("nothing starts without a click, and nothing can be added before", () => {
  const { calls } = open(false);
  expect(calls).toEqual([]);
  expect(button("Add a phone")?.disabled).toBe(true);
  button("Start")?.click();
  expect(calls).toEqual(["start pc-1"]);
});

test("[U17] it says that this PC reports through Supabase, or why it cannot", () => {
  const { setState } = open(true);
  const relay = { kind: "connecting", sinceMs: 0, attempt: 4 } as const;
  setState("report", { ...report, relay, fallback: { kind: "reporting", sinceMs: 0 } });
  expect(document.querySelector(".notice")?.textContent).toMatch(/relay is away since .*through Supabase/);
  setState("report", { ...report, relay, fallback: { kind: "failing", sinceMs: 0, reason: "429" } });
  expect(document.querySelector(".notice")?.textContent).toMatch(/cannot be told .*429/);
  setState("report", reconcile(report));
  expect(document.querySelector(".notice")).toBeNull();
});

test("a kiosk starts at once, and a granted phone is claimed", async () => {
  const { calls } = open(true);
  button("Add a phone")?.click();
  await expect.poll(() => calls).toEqual(["start pc-1", "claim S9"]);
});

test("a phone that is held elsewhere says what to do, and is tried again by its serial number", () => {
  const { calls, setState } = open(true);
  const state = { kind: "unclaimed", problem: { code: "IN_USE" } } as const;
  setState("report", {
    ...report,
    devices: [{ ...phone, state }],
  });
  expect(document.body.textContent).toContain("adb kill-server");
  button("Try again")?.click();
  expect(calls.at(-1)).toBe("claim S1");
});

test("the other tab that is this worker is named", () => {
  const { setState } = open(true);
  setState("report", { ...report, relay: { kind: "elsewhere", pcId: "pc-1" } });
  expect(document.querySelector("[role=alert]")?.textContent).toContain("already the worker “pc-1”");
});

test("[H5] a tab that the relay keeps out for another takes over, and one that was taken over takes back", () => {
  const { calls, setState } = open(true);
  const notice = () => document.querySelector("[role=alert]")?.textContent;
  const fault = { code: "FORBIDDEN", message: "pc-1 has a worker already" } as const;
  setState("report", { ...report, relay: { kind: "refused", fault } });
  expect(notice()).toContain("Another tab or PC is the worker “pc-1” now");
  expect(document.querySelector("[aria-label=Phones]")?.hasAttribute("hidden")).toBe(true);
  button("Take over")?.click();
  expect(calls).toEqual(["start pc-1", "take over"]);
  setState("report", { ...report, relay: { kind: "connected", sinceMs: 0 } });
  expect(notice()).toBeUndefined();
  setState("report", { ...report, relay: { kind: "refused", fault } });
  expect(notice()).toContain("Another tab took over “pc-1”");
  button("Take back")?.click();
  expect(calls.at(-1)).toBe("take over");
});

test("a PC keeps its new name when it is stopped and started again", () => {
  const { calls } = open(true);
  const name = document.querySelector<HTMLInputElement>("#pc-id");
  if (name === null) throw new Error("no field for the name");
  name.value = "desk-9";
  name.dispatchEvent(new InputEvent("input", { bubbles: true }));
  button("Rename")?.click();
  button("Stop")?.click();
  button("Start")?.click();
  expect(calls).toEqual(["start pc-1", "start desk-9", "stop", "start desk-9"]);
});

function rebootBox(): HTMLInputElement {
  const box = document.querySelector<HTMLInputElement>(".pc-reboot input");
  if (box === null) throw new Error("no box for reboots");
  return box;
}

test("[L4] phones may be rebooted only where a person or the address said so, and this PC remembers the person", () => {
  const first = open(false);
  expect(first.reboots).toEqual([false]);
  rebootBox().click();
  expect(first.reboots).toEqual([false, true]);
  dispose();
  expect(open(false).reboots).toEqual([true]);
  rebootBox().click();
  dispose();
  expect(open(false).reboots).toEqual([false]);
  dispose();
  const kiosk = open(true, true);
  expect(kiosk.reboots).toEqual([true]);
  rebootBox().click();
  expect(kiosk.reboots).toEqual([true, false]);
});

describe("[L1] a phone that stopped answering", () => {
  const problem = { code: "ADB_TIMEOUT", detail: "no answer for 20 s, though asked twice" } as const;

  function current(): string | null | undefined {
    return document.querySelector("[aria-current=step]")?.textContent;
  }

  test.each([
    ["reclaim", "Claim it again"],
    ["usb-reset", "Reset its USB"],
    ["restart", "Start over"],
    ["reboot", "Reboot it"],
    ["person", "Ask a person"],
  ] as const)("shows that it is on the rung %s, while it waits and while it is tried", (rung, words) => {
    const { setState } = open(true);
    setState("report", { ...report, devices: [{ ...phone, state: { kind: "unclaimed", problem, rung } }] });
    expect(current()).toContain(words);
    expect(document.body.textContent).toContain("The phone does not answer");
    setState("report", {
      ...report,
      devices: [{ ...phone, state: { kind: "claiming", sinceMs: 0, problem, rung } }],
    });
    expect(current()).toContain(words);
    expect(document.body.textContent).toContain("The phone does not answer");
  });

  test("asks nothing of anybody before the last rung, and counts what was tried", () => {
    const { setState } = open(true);
    const recovery = { taken: { reclaim: 2 }, skipped: {} };
    const show = (rung: "usb-reset" | "person"): void => {
      const state = { kind: "unclaimed", problem, rung } as const;
      setState("report", { ...report, devices: [{ ...phone, recovery, state }] });
    };
    show("usb-reset");
    expect(document.querySelector(".rung.failed")?.textContent).toBe("Claim it again2×");
    expect(document.querySelector(".phone-problem ol")).toBeNull();
    show("person");
    expect(document.querySelector(".phone-problem ol")).not.toBeNull();
  });

  test("says what was left out and why", () => {
    const { setState } = open(true);
    const recovery = { taken: {}, skipped: { reboot: "not allowed on this PC" } };
    const state = { kind: "unclaimed", problem, rung: "person" } as const;
    setState("report", { ...report, devices: [{ ...phone, recovery, state }] });
    expect(document.querySelector(".ladder")?.textContent).toContain(
      "Reboot itleft out: not allowed on this PC",
    );
  });

  test("[L4] that was rebooted is said to be on its way", () => {
    const { setState } = open(true);
    const state = { kind: "lost", sinceMs: 0, problem: { code: "REBOOTED" } } as const;
    setState("report", { ...report, devices: [{ ...phone, state }] });
    expect(document.querySelector(".phone .badge")?.textContent).toBe("Rebooting");
    expect(button("Try again")).toBeUndefined();
  });

  test("has what it took counted when it is back", () => {
    const { setState } = open(true);
    const recovery = { taken: { reclaim: 3, "usb-reset": 1 }, skipped: {}, recoveredAtMs: Date.now() };
    const state = { kind: "ready", sinceMs: 0, problems: [] } as const;
    setState("report", { ...report, devices: [{ ...phone, recovery, state }] });
    expect(document.querySelector(".recovered")?.textContent).toMatch(
      /^Recovery: claimed again 3×, USB reset 1×, last back at .*\d/,
    );
    expect(current()).toBeUndefined();
  });
});

test("of a watched phone it says what is sent, in which size, and what there is too little of", () => {
  const { setState } = open(true);
  const size = { width: 240, height: 536 };
  const stream = {
    sent: [
      { what: "video", size, framesPerSecond: 4.96, bytesPerSecond: 31_000 },
      { what: "low", size, framesPerSecond: 0, bytesPerSecond: 0 },
    ],
    reduced: { fps: 2.5, lack: "usb" },
  } satisfies StreamReport;
  const state = { kind: "ready", sinceMs: 0, problems: [] } as const;
  setState("report", { ...report, devices: [{ ...phone, state, stream }] });
  const text = document.querySelector(".phone-facts")?.textContent;
  expect(text).toContain("H.264 240 × 536 · 5.0 fps · 31 kB/s");
  expect(text).toContain("JPEG 240 × 536 · still");
  expect(text).toContain("Only 2.5 fps: USB is full");
});
