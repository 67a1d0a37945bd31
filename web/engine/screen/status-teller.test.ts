import { expect, test } from "vitest";
import { makeStatusTeller, type PictureStatus } from "./status-teller.ts";

test("[M29] how the picture stands is told to who watches, when they begin and whenever it changes", () => {
  const told: PictureStatus[] = [];
  const status = makeStatusTeller((each) => void told.push(each));
  status.set({ source: "video" });
  expect(told).toEqual([]);
  status.setWatched(true);
  status.set({ display: "off", is_locked: true });
  status.set({ display: "off" });
  status.set({ reduced: { fps: 2, lack: "usb" } });
  status.set({ reduced: undefined, is_locked: undefined });
  status.setWatched(true);
  status.setWatched(false);
  status.set({ display: "on" });
  expect(told).toEqual([
    { source: "video", display: "unknown" },
    { source: "video", display: "off", is_locked: true },
    { source: "video", display: "off", is_locked: true, reduced: { fps: 2, lack: "usb" } },
    { source: "video", display: "off" },
    { source: "video", display: "off" },
  ]);
});
