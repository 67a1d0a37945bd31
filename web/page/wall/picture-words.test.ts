import { expect, test } from "vitest";
import type { StreamStatus } from "../../../protocol/stream.ts";
import { pictureWords } from "./picture-words.ts";

const nowMs = 100_000;
const ok: StreamStatus = { device_id: "a", source: "video", display: "on" };

const shortOf = (status: Partial<StreamStatus>, stalledForMs?: number) =>
  pictureWords(
    {
      encoding: "h264",
      status: { ...ok, ...status },
      stalledSinceMs: stalledForMs === undefined ? undefined : nowMs - stalledForMs,
    },
    nowMs,
  )?.short;

test("[V6] a picture says why it is not what was asked for", () => {
  expect(shortOf({})).toBeUndefined();
  expect(shortOf({ display: "unknown" })).toBeUndefined();
  expect(shortOf({ display: "off", is_locked: true })).toBe("Screen off");
  expect(shortOf({ is_locked: true })).toBe("Locked");
  expect(shortOf({ is_secure: true })).toBe("Forbidden picture");
  expect(shortOf({ source: "screencap", problem: "no encoder works" })).toBe("Single pictures");
  expect(shortOf({ source: "none", problem: "no screen" })).toBe("No picture");
  expect(shortOf({ source: "none" })).toBeUndefined();
  expect(shortOf({ reduced: { fps: 2, lack: "usb" } })).toBe("2 fps: USB is full");
  expect(shortOf({ reduced: { short_edge: 240, lack: "cpu" } })).toBe("Smaller: PC is busy");
  expect(shortOf({}, 7000)).toBe("Stalled for 7 s");
});

test("[V6] the whole sentence names the cause and what to do", () => {
  const fullOf = (status: Partial<StreamStatus>) =>
    pictureWords({ encoding: "h264", status: { ...ok, ...status } }, nowMs)?.full;
  expect(fullOf({ source: "screencap", problem: "OMX.foo: 0x80001000" })).toBe(
    "Encoder failed: single pictures, 1 a second. OMX.foo: 0x80001000.",
  );
  expect(fullOf({ reduced: { fps: 2, short_edge: 240, lack: "usb" } })).toBe(
    "This picture is slowed to 2 fps and made smaller, 240p: the PC's USB carries no more.",
  );
  expect(fullOf({ is_secure: true })).toContain("FLAG_SECURE");
});

test("[V6] a refusal is said before anything else, and a stream that is not known has nothing to say", () => {
  const refusal = { code: "DEVICE_NOT_FOUND", message: "nobody reported it" } as const;
  expect(pictureWords({ encoding: "jpeg", refusal, stalledSinceMs: 1 }, nowMs)?.full).toMatch(
    /^nobody reported it\. /,
  );
  expect(pictureWords(undefined, nowMs)).toBeUndefined();
});
