// @vitest-environment happy-dom
import { createStore } from "solid-js/store";
import { render } from "solid-js/web";
import { afterEach, expect, test } from "vitest";
import type { EngineReport } from "../../../protocol/engine.ts";
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

let dispose = () => {};
afterEach(() => dispose());

const addPhone: AddPhone = () => Promise.resolve({ ok: true, serialNumber: "S9" });

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find((button) => button.textContent.includes(name));
}

function open(startsAtOnce: boolean) {
  const calls: string[] = [];
  const [state, setState] = createStore<WorkerLinkState>({});
  const link: WorkerLink = {
    state,
    start: (pcId) => void calls.push(`start ${pcId}`),
    stop: () => void calls.push("stop"),
    claim: (serial) => void calls.push(`claim ${serial}`),
  };
  dispose = render(
    () => <WorkerScreen link={link} pcId="pc-1" startsAtOnce={startsAtOnce} addPhone={addPhone} />,
    document.body,
  );
  return { calls, setState };
}

test("nothing starts without a click, and nothing can be added before", () => {
  const { calls } = open(false);
  expect(calls).toEqual([]);
  expect(button("Add a phone")?.disabled).toBe(true);
  button("Start")?.click();
  expect(calls).toEqual(["start pc-1"]);
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
    devices: [
      { serialNumber: "S1", deviceId: "", productName: "Pixel 8", manufacturerName: "Google", state },
    ],
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
