// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DashboardScreen } from "../dashboard-screen.tsx";
import { joinDashboardLink } from "../link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "../link/fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "../link/fake-wire.ts";
import { listReply } from "../link/list-reply.ts";

const now = "2026-11-23T04:20:00.000Z";
const idOf = (digit: number) => `${digit}b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11`;
const devices = [1, 2, 3].map((digit) => ({
  device_id: idOf(digit),
  serial_number: `S${digit}`,
  pc_id: "desk-1",
  status: "idle" as const,
  health_status: "healthy" as const,
  last_seen_at: now,
  version: 1,
}));

let dispose = () => {};
let main: FakeWire;

beforeEach(async () => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  main = makeFakeWire();
  const link = joinDashboardLink(() => main, makeFakeViewer(), fakeRelay);
  dispose = render(() => <DashboardScreen link={link} />, document.body);
  main.accept();
  const groups = [
    { name: "shelf 1", device_ids: [idOf(1), idOf(2)] },
    { name: "shelf 2", device_ids: [idOf(3), idOf(9)] },
  ];
  main.answer("device:list", listReply({ devices, now, groups }));
  await settle();
});

afterEach(() => {
  dispose();
  vi.unstubAllGlobals();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}

const bulk = () => document.querySelector<HTMLElement>(".bulk");
const sentNow = () => main.sent.at(-1);

function press(words: string, within: ParentNode = document): void {
  const found = [...within.querySelectorAll("button")].find(
    (button) => button.textContent.trim().startsWith(words) || button.getAttribute("aria-label") === words,
  );
  if (found === undefined) throw new Error(`no button says ${words}`);
  found.click();
}

function name(words: string): void {
  const field = document.querySelector<HTMLInputElement>("[aria-label='Name of the group']");
  if (field === null) throw new Error("no field for a name");
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function submit(): void {
  const field = document.querySelector("[aria-label='Name of the group']");
  field?.closest("form")?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
}

test("[C3] a group selects its members, the bar says which it is, and a command goes to them", () => {
  press("shelf 1");
  expect(bulk()?.textContent).toContain("2 selected · shelf 1");
  press("Home on selected");
  expect(sentNow()?.payload).toMatchObject({ broadcast: true, broadcast_device_ids: [idOf(1), idOf(2)] });
  press("shelf 2");
  expect(bulk()?.textContent).toContain("1 selected · shelf 2, 1 of it not known");
});

test("the selection is saved under a name, and one that exists is said to be replaced", () => {
  press("shelf 1");
  press("Save as group");
  name("shelf 2");
  expect(document.querySelector(".bulk button[type=submit].primary")?.textContent).toBe("Replace");
  name("front");
  expect(document.querySelector(".bulk button[type=submit].primary")?.textContent).toBe("Save");
  submit();
  expect(sentNow()).toMatchObject({
    name: "group:save",
    payload: { name: "front", device_ids: [idOf(1), idOf(2)] },
  });
});

test("a renamed group is saved before the old one is deleted, and never over another", async () => {
  press("Rename shelf 2");
  name("shelf 1");
  submit();
  expect(sentNow()?.name).toBe("device:list");
  name("back");
  submit();
  expect(sentNow()).toMatchObject({ name: "group:save", payload: { device_ids: [idOf(3), idOf(9)] } });
  main.answer("group:save", { ok: false, fault: { code: "INTERNAL", message: "the disk is full" } });
  await settle();
  expect(sentNow()?.name).toBe("group:save");
  expect(document.body.textContent).toContain("the disk is full");
  press("Rename shelf 2");
  name("back");
  submit();
  main.answer("group:save", { ok: true });
  await settle();
  expect(sentNow()).toMatchObject({ name: "group:delete", payload: { name: "shelf 2" } });
});

test("a group is deleted after being asked once", () => {
  press("Delete shelf 1");
  expect(sentNow()?.name).toBe("device:list");
  expect(document.querySelector(".menu")?.textContent).toContain("Delete “shelf 1”?");
  press("Delete");
  expect(sentNow()).toMatchObject({ name: "group:delete", payload: { name: "shelf 1" } });
});
