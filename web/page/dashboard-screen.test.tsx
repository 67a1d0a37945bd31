// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandSend } from "../../protocol/command.ts";
import type { DeviceStatusUpdate, WorkerStatus } from "../../protocol/device.ts";
import { DashboardScreen } from "./dashboard-screen.tsx";
import { joinDashboardLink } from "./link/dashboard-link.ts";
import { makeFakeWire, type FakeWire } from "./link/fake-wire.ts";

const now = "2026-11-23T04:20:00.000Z";
const idOf = (digit: number) => `${digit}b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11`;

function device(digit: number): DeviceStatusUpdate {
  return {
    device_id: idOf(digit),
    serial_number: `S${digit}`,
    pc_id: "desk-1",
    status: "idle",
    health_status: "healthy",
    last_seen_at: now,
    version: 1,
    model: `Phone ${digit}`,
  };
}

let dispose = () => {};
let main: FakeWire;

beforeEach(() => {
  localStorage.clear();
  // happy-dom lays nothing out, so nothing is ever seen to be in view.
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

async function open(devices: DeviceStatusUpdate[], workers: WorkerStatus[] = []): Promise<void> {
  main = makeFakeWire();
  const link = joinDashboardLink(main, makeFakeWire());
  dispose = render(() => <DashboardScreen link={link} />, document.body);
  main.accept();
  main.answer("device:list", { ok: true, devices, workers, now, actor: "operator" });
  await Promise.resolve();
  await Promise.resolve();
}

function labelled(label: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[aria-label="${label}"]`);
  if (found === null) throw new Error(`nothing is called ${label}`);
  return found;
}

function select(digit: number, shiftKey = false): void {
  labelled(`Select Phone ${digit} S${digit}`).dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }),
  );
}

function selected(): string[] {
  return [...document.querySelectorAll("article.selected")].map(
    (tile) => tile.getAttribute("aria-label") ?? "",
  );
}

test("every device is a tile that is named by model and serial number", async () => {
  await open([device(1), device(2)]);
  const names = [...document.querySelectorAll("article")].map((tile) => tile.getAttribute("aria-label"));
  expect(names).toEqual(["Phone 1 S1", "Phone 2 S2"]);
});

test("[C3] one command goes to all that are selected, and each answers for itself", async () => {
  await open([device(1), device(2), device(3), device(4)]);
  select(1);
  select(3, true);
  expect(selected()).toEqual(["Phone 1 S1", "Phone 2 S2", "Phone 3 S3"]);
  select(2);
  labelled("Home on selected").click();
  const sent = main.sent.at(-1)?.payload as CommandSend;
  expect(sent).toMatchObject({
    command_type: "keyevent",
    params: { keycode: 3 },
    broadcast: true,
    broadcast_device_ids: [idOf(1), idOf(3)],
  });
  const ack = (digit: number, more: object) =>
    main.receive("command:ack", { command_id: sent.command_id, device_id: idOf(digit), ...more });
  ack(1, { status: "completed" });
  ack(3, { status: "failed", error: "the cable was pulled" });
  const results = labelled("Results").textContent;
  expect(results).toContain("2 of 2 ended, 1 failed");
  expect(results).toContain("Phone 3 S3the cable was pulled");
});

test("Escape gives the selection up", async () => {
  await open([device(1)]);
  select(1);
  labelled("Select Phone 1 S1").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(selected()).toEqual([]);
});

test("a tile opens its focus, with keys and boxes of stable names", async () => {
  await open([device(1)]);
  labelled("Open Phone 1 S1").click();
  const names = ["Screen of Phone 1", "Back", "Home", "Recents", "Power", "Volume up", "Volume down"];
  for (const name of [...names, "Screenshot", "Text to type", "Shell command"]) labelled(name);
  labelled("Power").click();
  expect(main.sent.at(-1)?.payload).toMatchObject({ device_id: idOf(1), params: { keycode: 26 } });
  labelled("Close focus").click();
  expect(document.querySelector(".focus")).toBeNull();
});

test("an empty wall says what is missing", async () => {
  await open([]);
  expect(document.body.textContent).toContain("No PC is connected yet");
  main.receive("worker:status", { pc_id: "desk-1", is_online: true, last_seen_at: now });
  expect(document.body.textContent).toContain("No phones yet");
  main.receive("device:status:update", device(1));
  const filter = labelled("Filter devices");
  if (!(filter instanceof HTMLInputElement)) throw new Error("the filter is no field");
  filter.value = "galaxy";
  filter.dispatchEvent(new InputEvent("input", { bubbles: true }));
  expect(document.body.textContent).toContain("No device matches");
});

test("a fault that nobody asked for is told with its code and what to do", async () => {
  await open([device(1)]);
  main.receive("error", { code: "RATE_LIMITED", message: "too many commands" });
  expect(labelled("Messages").textContent).toMatch(/too many commands.*Wait a moment.*RATE_LIMITED/);
});
