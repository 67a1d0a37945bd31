// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AuditRow } from "../../../protocol/audit.ts";
import { createMemoryRoute, type DashboardRoute } from "../dashboard-route.ts";
import { DashboardScreen } from "../dashboard-screen.tsx";
import { joinDashboardLink } from "../link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "../link/fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "../link/fake-wire.ts";
import { listReply } from "../link/list-reply.ts";

const now = "2026-11-23T04:20:00.000Z";
const id = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const device = {
  device_id: id,
  serial_number: "S1",
  model: "Pixel 8",
  pc_id: "desk-1",
  status: "idle",
  health_status: "healthy",
  last_seen_at: now,
  version: 1,
} as const;

function row(sequence: number, more: Partial<AuditRow> = {}): AuditRow {
  const fixed = { at: now, actor: "anna", address: "127.0.0.1", event: "connect", outcome: "ok" };
  return { ...fixed, sequence, event_id: id, hash: `hash-${sequence}`, ...more };
}

let dispose = () => {};
let main: FakeWire;
let route: DashboardRoute;

beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
});

afterEach(() => {
  dispose();
  vi.unstubAllGlobals();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}

async function open(role: "admin" | "operator", deviceId?: string): Promise<void> {
  main = makeFakeWire();
  dispose = render(() => {
    route = createMemoryRoute();
    route.go({ page: "audit", deviceId });
    return (
      <DashboardScreen link={joinDashboardLink(() => main, makeFakeViewer(), fakeRelay)} route={route} />
    );
  }, document.body);
  main.accept();
  main.answer("device:list", listReply({ role, devices: [device] }));
  await settle();
}

async function reply(answer: object): Promise<void> {
  main.answer("audit:query", answer);
  await settle();
}

const asked = () => main.sent.filter(({ name }) => name === "audit:query").map(({ payload }) => payload);
const lines = () => [...document.querySelectorAll(".audit-line")].map((line) => line.textContent);

function button(words: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((button) => button.textContent.includes(words));
  if (found === undefined) throw new Error(`no button says ${words}`);
  return found;
}

function fill(words: string, value: string): void {
  const label = [...document.querySelectorAll("label")].find((label) => label.textContent.startsWith(words));
  const field = label?.querySelector<HTMLInputElement | HTMLSelectElement>("input, select");
  if (field === null || field === undefined) throw new Error(`no field is called ${words}`);
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

test("[R1] the newest rows are shown, and the older ones after them", async () => {
  await open("admin");
  await reply({ ok: true, rows: [row(9), row(8)], next_before: 8 });
  button("Older").click();
  expect(asked()).toEqual([{}, { before: 8 }]);
  await reply({ ok: true, rows: [row(7, { actor: "ben" })] });
  expect(lines()).toHaveLength(3);
  expect(lines()[2]).toContain("ben");
  expect(() => button("Older")).toThrow("no button");
});

test("a command is told in words, with its parameters, its outcome and a link to its device", async () => {
  await open("admin");
  const details = {
    command_type: "shell",
    params: { shellCommand: "getprop" },
    error: "the cable was pulled",
  };
  await reply({
    ok: true,
    rows: [row(9, { event: "command:send", device_id: id, outcome: "failed", details })],
  });
  expect(lines()[0]).toMatch(/anna.*command:send.*\$ getprop.*Pixel 8 S1.*failed/);
  expect(document.querySelector(".audit-details")?.textContent).toContain("the cable was pulled");
  expect(document.querySelector("time")?.title).toBe(now);
  document.querySelector<HTMLAnchorElement>(".audit-details a")?.click();
  expect(route.place()).toEqual({ page: "wall", deviceId: id });
});

test("each change of the filter is a search; an answer to an earlier one is left out", async () => {
  await open("admin");
  fill("Who", "ben");
  expect(asked()).toEqual([{}, { actor: "ben" }]);
  await reply({ ok: true, rows: [row(2, { actor: "ben" })] });
  await reply({ ok: true, rows: [row(9), row(8)] });
  expect(lines()).toHaveLength(1);
  fill("Device", "S9");
  expect(asked()).toHaveLength(2);
  expect(document.body.textContent).toContain("No device is called that");
  fill("Device", "S1");
  fill("What", "command:*");
  expect(asked().at(-1)).toEqual({ actor: "ben", device_id: id, event: "command:*" });
});

test("a link to one device's trail fills in the filter", async () => {
  await open("admin", id);
  expect(asked()).toEqual([{ device_id: id }]);
});

test("nothing, a fault and a person who may not see it are each told", async () => {
  await open("admin");
  await reply({ ok: true, rows: [] });
  expect(document.body.textContent).toContain("Nothing matches");
  button("Refresh").click();
  await reply({ ok: false, fault: { code: "INTERNAL", message: "the disk is full" } });
  expect(document.querySelector("[role=alert]")?.textContent).toContain("the disk is full");
  button("Try again").click();
  expect(asked()).toHaveLength(3);
  dispose();
  await open("operator");
  expect(document.body.textContent).toContain("The audit trail is for admins");
  expect(asked()).toEqual([]);
});

test("a search that the lost connection cut off is made again when it is back, and pages read stay", async () => {
  await open("admin");
  await reply({ ok: true, rows: [row(9)] });
  main.drop();
  main.accept();
  main.answer("device:list", listReply({ role: "admin" }));
  await settle();
  expect(asked()).toHaveLength(1);
  button("Refresh").click();
  await reply({ ok: false, fault: { code: "INTERNAL", message: "no" } });
  main.drop();
  main.accept();
  expect(asked()).toHaveLength(3);
});

test("what is shown is copied as JSON", async () => {
  let copied = "";
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation((text) => {
    copied = text;
    return Promise.resolve();
  });
  await open("admin");
  await reply({ ok: true, rows: [row(9), row(8)] });
  button("Copy as JSON").click();
  await settle();
  expect(JSON.parse(copied)).toEqual([row(9), row(8)]);
  expect(document.body.textContent).toContain("2 rows are copied");
});
