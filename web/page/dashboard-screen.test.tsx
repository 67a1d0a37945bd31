// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CommandSend } from "../../protocol/command.ts";
import type { DeviceListReply, DeviceStatusUpdate, WorkerStatus } from "../../protocol/device.ts";
import { DashboardScreen } from "./dashboard-screen.tsx";
import { makeFakeSource } from "./fallback/fake-source.ts";
import type { FallbackSource } from "./fallback/fallback-source.ts";
import { joinDashboardLink } from "./link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "./link/fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "./link/fake-wire.ts";
import { listReply } from "./link/list-reply.ts";
import { clockWords } from "./look/clock.ts";

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
  vi.useRealTimers();
});

async function open(
  devices: DeviceStatusUpdate[],
  workers: WorkerStatus[] = [],
  more: Partial<DeviceListReply> = {},
  source?: FallbackSource,
): Promise<void> {
  main = makeFakeWire();
  const link = joinDashboardLink(
    () => main,
    makeFakeViewer(),
    fakeRelay,
    () => source,
  );
  dispose = render(() => <DashboardScreen link={link} />, document.body);
  main.accept();
  main.answer("device:list", listReply({ devices, workers, now, ...more }));
  await settle();
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}

/** happy-dom does not know that a field set disables what is in it. */
function isDisabled(label: string): boolean {
  return labelled(label).closest("[disabled]") !== null;
}

/** The connection goes, and the three quick tries with it. */
async function lose(): Promise<void> {
  main.drop();
  for (const waitMs of [0, 300, 1000]) {
    await vi.advanceTimersByTimeAsync(waitMs);
    main.refuse();
  }
}

function button(words: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((button) => button.textContent === words);
  if (found === undefined) throw new Error(`no button says ${words}`);
  return found;
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

describe("while the relay is away", () => {
  test("what is shown is said to be old, nothing can be sent, and it is quietly back", async () => {
    vi.useFakeTimers();
    await open([device(1)]);
    select(1);
    await lose();
    const banner = document.querySelector(".notice")?.textContent;
    expect(banner).toMatch(/Not connected since .* — showing the last known state\..*Next try in 5 s/);
    expect(labelled("Phone 1 S1").textContent).toMatch(/\d s ago/);
    expect(isDisabled("Home on selected")).toBe(true);
    expect(labelled("Selected devices").textContent).toContain("Not connected to the relay");
    const { attempts } = main;
    button("Try now").click();
    expect(main.attempts).toBe(attempts + 1);
    main.accept();
    main.answer("device:list", listReply({ devices: [device(1)], now }));
    await vi.advanceTimersByTimeAsync(0);
    expect(document.querySelector(".notice")).toBeNull();
    expect(document.querySelector(".toast")).toBeNull();
    expect(isDisabled("Home on selected")).toBe(false);
    expect(selected()).toEqual(["Phone 1 S1"]);
  });

  test("[U23] with Supabase the status is live and said to be all, and who is silent there is grey with its age", async () => {
    vi.useFakeTimers({ now: Date.parse(now) });
    const source = makeFakeSource(() => new Date().toISOString());
    const seen = (pc_id: string, ageMs: number) => ({
      pc_id,
      is_online: true,
      last_seen_at: new Date(Date.now() - ageMs).toISOString(),
    });
    const silent = { ...device(2), pc_id: "desk-2", last_seen_at: new Date(0).toISOString() };
    await open([device(1), silent], [], {}, source);
    select(1);
    const workers = [seen("desk-1", 30_000), seen("desk-2", 180_000)];
    source.answer = { now, devices: [{ ...device(1), version: 2, battery_level: 7 }], workers, groups: [] };
    await lose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.querySelector(".notice")?.textContent).toMatch(
      /^Fallback: status only, since .*Next try/,
    );
    expect(labelled("Relay: Fallback").textContent).toBe("Fallback");
    expect(labelled("Selected devices").textContent).toContain("Status only while the relay is away");
    expect(isDisabled("Home on selected")).toBe(true);
    expect(labelled("Phone 1 S1").textContent).toContain("7%");
    expect(labelled("Phone 1 S1").classList).not.toContain("silent");
    expect(labelled("Phone 2 S2").classList).toContain("silent");
    expect(labelled("Phone 2 S2").textContent).toMatch(/3 min ago/);
    main.accept();
    main.answer("device:list", listReply({ devices: [device(1)], now }));
    await vi.advanceTimersByTimeAsync(0);
    expect(document.querySelector(".notice")).toBeNull();
    expect(isDisabled("Home on selected")).toBe(false);
  });

  test("too many wrong tries are said in words", async () => {
    vi.useFakeTimers();
    await open([]);
    main.drop();
    main.refuse({ code: "RATE_LIMITED", message: "too many wrong tokens from this address" });
    expect(document.querySelector("[role=alert]")?.textContent).toMatch(
      /too many wrong tokens.*asked again by itself/,
    );
  });
});

describe("what a person may do", () => {
  const lease = { device_id: idOf(1), actor: "anna", taken_at: now, expires_at: "2026-11-23T04:30:00.000Z" };
  const until = clockWords(lease.expires_at);
  const controls = ["Home", "Screenshot", "Text to type", "Shell command", "Keyboard of Phone 1"];
  const disabled = () => controls.filter(isDisabled);

  test("a viewer sees everything and drives nothing", async () => {
    await open([device(1)], [], { role: "viewer", may_shell: false });
    select(1);
    labelled("Open Phone 1 S1").click();
    expect(disabled()).toEqual(controls);
    expect(isDisabled("Home on selected")).toBe(true);
    expect(document.querySelector(".lease-bar")?.textContent).toBe("You may watch only");
  });

  test("without the right to use the shell, only the shell is closed", async () => {
    await open([device(1)], [], { may_shell: false });
    select(1);
    labelled("Open Phone 1 S1").click();
    expect(disabled()).toEqual(["Shell command"]);
    expect(labelled("Run on selected").title).toBe("Only admins may use the shell here");
    expect(isDisabled("Type on selected")).toBe(false);
  });

  test("a device is taken and released, and is marked as one's own", async () => {
    await open([device(1)]);
    labelled("Open Phone 1 S1").click();
    button("Take").click();
    expect(main.sent.at(-1)).toMatchObject({ name: "lease:take", payload: { device_id: idOf(1) } });
    const mine = { ...lease, actor: "olga" };
    main.receive("lease:changed", { device_id: idOf(1), change: "taken", lease: mine });
    main.answer("lease:take", { ok: true, lease: mine });
    await settle();
    expect(labelled("Phone 1 S1").textContent).toContain("Held by you");
    expect(disabled()).toEqual([]);
    button("Release").click();
    expect(main.sent.at(-1)).toMatchObject({ name: "lease:drop", payload: { device_id: idOf(1) } });
  });

  test("what another holds cannot be driven, and its holder is named", async () => {
    await open([device(1)], [], { leases: [lease] });
    expect(labelled("Phone 1 S1").textContent).toContain("Held by anna");
    select(1);
    expect(labelled("Selected devices").textContent).toContain("Others hold all of them");
    labelled("Open Phone 1 S1").click();
    expect(disabled()).toEqual(controls);
    expect(document.querySelector(".lease-bar")?.textContent).toBe(`Held by anna until ${until}`);
  });

  test("an admin takes over, after being asked once", async () => {
    await open([device(1)], [], { role: "admin", leases: [lease] });
    labelled("Open Phone 1 S1").click();
    button("Take over").click();
    expect(main.sent.some(({ name }) => name === "lease:take")).toBe(false);
    expect(document.querySelector(".lease-bar")?.textContent).toContain("Take it away from anna?");
    button("Take over").click();
    expect(main.sent.at(-1)).toMatchObject({
      name: "lease:take",
      payload: { device_id: idOf(1), take_over: true },
    });
  });

  test("[D6] an admin forgets a phone that is offline, after being asked once, and everybody's focus on it closes", async () => {
    const offline = { ...device(1), status: "offline", health_status: "offline" } as const;
    await open([device(2), offline], [], { role: "admin" });
    labelled("Open Phone 2 S2").click();
    expect(() => button("Forget this phone")).toThrow("no button");
    labelled("Open Phone 1 S1").click();
    button("Forget this phone").click();
    expect(main.sent.some(({ name }) => name === "device:remove")).toBe(false);
    button("Forget").click();
    expect(main.sent.at(-1)).toMatchObject({ name: "device:remove", payload: { device_id: idOf(1) } });
    const removed = { device_id: idOf(1), serial_number: "S1", reason: "manual", version: 2 };
    main.receive("device:disconnected", removed);
    main.answer("device:remove", { ok: true });
    await settle();
    expect(document.querySelector(".focus")).toBeNull();
    expect(document.querySelector(".notice")).toBeNull();
    expect(document.querySelectorAll("article")).toHaveLength(1);
    expect(labelled("Messages").textContent).toBe("Phone 1 S1 was forgotten");
    dispose();
    await open([offline], [], { role: "operator" });
    labelled("Open Phone 1 S1").click();
    expect(() => button("Forget this phone")).toThrow("no button");
  });

  test("a hold that is about to end counts down and is kept by a click; one that was taken over is told", async () => {
    vi.useFakeTimers({ now: Date.parse(now) });
    const mine = { ...lease, actor: "olga" };
    await open([device(1)], [], { leases: [mine] });
    main.receive("lease:expiring", { device_id: idOf(1), expires_at: "2026-11-23T04:20:58.000Z" });
    const messages = labelled("Messages");
    expect(messages.textContent).toContain("your hold ends in 58 s");
    await vi.advanceTimersByTimeAsync(8000);
    expect(messages.textContent).toContain("your hold ends in 50 s");
    button("Keep it").click();
    expect(main.sent.at(-1)).toMatchObject({ name: "lease:take", payload: { device_id: idOf(1) } });
    main.receive("lease:changed", { device_id: idOf(1), change: "extended", lease: mine });
    expect(messages.textContent).toBe("");
    main.receive("lease:changed", { device_id: idOf(1), change: "taken_over", lease: { ...lease } });
    expect(messages.textContent).toContain("anna took Phone 1 S1 over from you");
  });
});

test("[C10] a command whose phone does not answer says so while it waits", async () => {
  await open(
    [{ ...device(1), health_status: "zombie" }],
    [{ pc_id: "desk-1", is_online: true, last_seen_at: now }],
  );
  labelled("Open Phone 1 S1").click();
  labelled("Home").click();
  expect(labelled("Recent commands").textContent).toBe("Homewaiting for the phone");
});

test("[C10] a command whose PC is away says whom it waits for, until it ends", async () => {
  await open([device(1)], [{ pc_id: "desk-1", is_online: false, last_seen_at: now }]);
  select(1);
  labelled("Open Phone 1 S1").click();
  labelled("Home").click();
  const home = main.sent.at(-1)?.payload as CommandSend;
  labelled("Home on selected").click();
  const log = labelled("Recent commands");
  expect(log.textContent).toBe("Homewaiting for desk-1Homewaiting for desk-1");
  expect(labelled("Results").textContent).toContain("waiting for desk-1");
  main.receive("command:ack", {
    command_id: home.command_id,
    device_id: idOf(1),
    status: "failed",
    error: "COMMAND_TIMEOUT: desk-1 did not come back in time",
  });
  await settle();
  expect(labelled("Messages").textContent).toMatch(/^Home: desk-1 did not.*worker tab.*COMMAND_TIMEOUT$/);
  expect(log.textContent).toMatch(/^Homewaiting for desk-1Home\d+ ms$/);
});

test("[V7] arrows go from tile to tile, Shift selects on the way, and each says which of how many it is", async () => {
  await open([device(1), device(2), device(3)]);
  const press = (key: string, shiftKey = false) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true }));
  const at = () => document.activeElement?.getAttribute("aria-label");
  labelled("Open Phone 1 S1").focus();
  press("ArrowRight");
  expect(at()).toBe("Open Phone 2 S2");
  press("End", true);
  expect(at()).toBe("Open Phone 3 S3");
  expect(selected()).toEqual(["Phone 2 S2", "Phone 3 S3"]);
  press("Home");
  expect(at()).toBe("Open Phone 1 S1");
  const places = [...document.querySelectorAll("article")].map((tile) =>
    ["posinset", "setsize"].map((name) => tile.getAttribute(`aria-${name}`)).join(" of "),
  );
  expect(places).toEqual(["1 of 3", "2 of 3", "3 of 3"]);
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
