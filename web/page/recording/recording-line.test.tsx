// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { joinDashboardLink, type DashboardLink } from "../link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer, type FakeViewer } from "../link/fake-viewer.ts";
import { makeFakeWire, type FakeWire } from "../link/fake-wire.ts";
import { LinkContext } from "../link/use-link.ts";
import { createToasts, ToastContext, type Toasts } from "../toast/toasts.ts";
import { RecordingMark } from "./recording-mark.tsx";
import { RecordingNotices } from "./recording-notices.tsx";
import { RecordingTray } from "./recording-tray.tsx";

const deviceId = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const wish = { shortEdge: 720, fps: 60, sound: false };
const progress = { state: "recording", seconds: 12.3, bytes: 1_400_000, parts: 1, hasSound: false } as const;

let viewer: FakeViewer;
let main: FakeWire;
let link: DashboardLink;
let toasts: Toasts;
let dispose = () => {};

beforeEach(() => {
  viewer = makeFakeViewer();
  main = makeFakeWire();
  link = joinDashboardLink(() => main, viewer, fakeRelay);
  dispose = render(() => {
    toasts = createToasts();
    return (
      <LinkContext.Provider value={link}>
        <ToastContext.Provider value={toasts}>
          <RecordingTray />
          <RecordingMark deviceId={deviceId} />
          <RecordingNotices />
        </ToastContext.Provider>
      </LinkContext.Provider>
    );
  }, document.body);
});

afterEach(() => {
  dispose();
  link.close();
  vi.restoreAllMocks();
});

const said = () => document.querySelector(".recording-tray")?.textContent ?? "";
const asked = () => viewer.requests.filter(({ type }) => type.startsWith("record"));

function press(words: string): void {
  const found = [...document.querySelectorAll("button")].find(
    (button) => button.textContent.trim() === words || button.getAttribute("aria-label") === words,
  );
  if (found === undefined) throw new Error(`no button says ${words}`);
  found.click();
}

/** Whether the browser would ask before the tab is closed. */
function isGuarded(): boolean {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

test("[Q7] a recording says how long and how large it is, on the tile too, until it is stopped", () => {
  expect(document.querySelector(".recording-tray")).toBeNull();
  link.recordings.start(deviceId, wish);
  expect(asked()).toEqual([{ type: "record", recordingId: 1, deviceId, wish }]);
  expect(said()).toContain("Waiting for a picture…");
  viewer.report({ type: "recording", recordingId: 1, progress });
  expect(said()).toContain("0:12 · 1.4 MB");
  expect(document.querySelector(".recording-mark")?.textContent).toContain("0:12");
  press("Stop");
  expect(asked().at(-1)).toEqual({ type: "record-stop", recordingId: 1 });
  link.recordings.start(deviceId, wish);
  expect(asked()).toHaveLength(2);
});

test("[Q7] one that ended is saved under its device and time, or thrown away", async () => {
  link.recordings.start(deviceId, wish);
  const file = new Blob([new Uint8Array(2_000_000)]);
  viewer.report({
    type: "recorded",
    recordingId: 1,
    parts: [{ file, width: 720, height: 1600, seconds: 65 }],
  });
  expect(said()).toContain("1:05 · 2.0 MB");
  expect(document.querySelector(".recording-mark")).toBeNull();
  expect(isGuarded()).toBe(true);
  const saved: string[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    expect(blob).toBe(file);
    return "blob:x";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  press("Save");
  await vi.waitFor(() => expect(said()).toContain("Save again"));
  expect(saved).toEqual([expect.stringMatching(/^phone_\d{8}-\d{6}\.mp4$/)]);
  expect(isGuarded()).toBe(false);
  press("Discard recording");
  expect(asked().at(-1)).toEqual({ type: "record-forget", recordingId: 1 });
  expect(document.querySelector(".recording-tray")).toBeNull();
});

test("[Q7] a phone that is unplugged ends its recording, and says why there and aloud", () => {
  link.recordings.start(deviceId, wish);
  main.receive("device:disconnected", {
    device_id: deviceId,
    serial_number: "S1",
    reason: "adb_lost",
    version: 2,
  });
  const reason = "the phone was unplugged or does not answer";
  expect(asked().at(-1)).toEqual({ type: "record-stop", recordingId: 1, reason });
  viewer.report({ type: "recorded", recordingId: 1, parts: [], reason });
  expect(said()).toContain("Nothing was recorded");
  expect(said()).toContain(`Ended: ${reason}`);
  expect(toasts.list()[0]?.title).toContain(reason);
  expect(isGuarded()).toBe(false);
});
