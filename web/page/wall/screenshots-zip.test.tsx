// @vitest-environment happy-dom
import { unzipSync, strFromU8 } from "fflate";
import { render } from "solid-js/web";
import { afterEach, expect, test, vi } from "vitest";
import type { CommandRun } from "../link/command-desk.ts";
import { createToasts, ToastContext, type Toasts } from "../toast/toasts.ts";
import { ScreenshotsZip } from "./screenshots-zip.tsx";

const sentAtMs = Date.parse("2026-11-24T22:40:00.000Z");
const png = { mime: "image/png", base64: "iVBORw0KGgo=", width: 1080, height: 2400 };
const run: CommandRun = {
  id: "1",
  type: "screenshot",
  params: {},
  sentAtMs,
  targets: [
    { deviceId: "A", status: "completed", result: png, endedAtMs: sentAtMs + 1000 },
    { deviceId: "B", status: "failed", error: "WORKER_OFFLINE: its worker is away" },
    { deviceId: "C", status: "completed", result: png, endedAtMs: sentAtMs + 2000 },
    { deviceId: "D", status: "executing" },
  ],
};

let dispose = () => {};
afterEach(() => {
  dispose();
  vi.restoreAllMocks();
});

test("[Q1] the screenshots are one zip, named by device and time, and it says which are missing and why", async () => {
  const saved = Promise.withResolvers<Blob>();
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    saved.resolve(blob as Blob);
    return "blob:zip";
  });
  let toasts!: Toasts;
  dispose = render(() => {
    toasts = createToasts();
    return (
      <ToastContext.Provider value={toasts}>
        <ScreenshotsZip run={run} labelOf={({ deviceId }) => `Pixel ${deviceId}`} />
      </ToastContext.Provider>
    );
  }, document.body);
  const button = document.querySelector("button");
  expect(button?.textContent).toContain("Download 2 as zip");
  button?.click();
  expect(button?.disabled).toBe(true);
  const files = unzipSync(new Uint8Array(await (await saved.promise).arrayBuffer()));
  expect(Object.keys(files)).toEqual([
    "Pixel-A_20261124-224001.png",
    "Pixel-C_20261124-224002.png",
    "missing.txt",
  ]);
  expect(files["Pixel-A_20261124-224001.png"]).toHaveLength(8);
  expect(strFromU8(files["missing.txt"] ?? new Uint8Array(0))).toBe(
    "Pixel B: its worker is away\r\nPixel D: not ended yet\r\n",
  );
  await vi.waitFor(() => expect(button?.disabled).toBe(false));
  expect(toasts.list()[0]?.title).toBe("2 screenshots, 1 kB");
});
