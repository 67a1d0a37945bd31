import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeScreencap } from "./screencap.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// The pictures are only counted here.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const nothing = {} as ImageBitmap;

function makeRig() {
  const phone = { png: Uint8Array.of(1), tookMs: 100, isBroken: false };
  const takenAtMs: number[] = [];
  const shown: (number | undefined)[] = [];
  const problems: (string | undefined)[] = [];
  let open = 0;
  const startMs = performance.now();
  const screencap = makeScreencap({
    link: {
      readOutput: async () => {
        takenAtMs.push(performance.now() - startMs);
        await new Promise((resolve) => setTimeout(resolve, phone.tookMs));
        return phone.png;
      },
    },
    decodePng: async (png) => {
      if (phone.isBroken) throw new Error("no PNG");
      open += 1;
      const size = { width: png[0] ?? 0, height: 1 };
      return { size, deviceUs: 0, image: nothing, close: () => void (open -= 1) };
    },
    nowMs: () => performance.now(),
    onPicture: ({ picture }) => {
      shown.push(picture.size.width);
      picture.close();
    },
    onProblem: (detail) => void problems.push(detail),
  });
  return { phone, takenAtMs, shown, problems, screencap, open: () => open };
}

test("[M35] a picture is taken each second, and only one that differs is shown", async () => {
  const { phone, takenAtMs, shown, screencap } = makeRig();
  screencap.setRunning(true);
  await vi.advanceTimersByTimeAsync(2500);
  expect(takenAtMs).toEqual([0, 1000, 2000]);
  expect(shown).toEqual([1]);
  phone.png = Uint8Array.of(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toEqual([1, 2]);
  screencap.setRunning(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(takenAtMs).toHaveLength(4);
});

test("[M35] a phone that takes its time spends half of it on something else", async () => {
  const { phone, takenAtMs, screencap } = makeRig();
  phone.tookMs = 2000;
  screencap.setRunning(true);
  await vi.advanceTimersByTimeAsync(9000);
  expect(takenAtMs).toEqual([0, 4000, 8000]);
});

test("[M35] what is no picture is said, tried again and forgotten when there is one", async () => {
  const { phone, shown, problems, screencap } = makeRig();
  phone.isBroken = true;
  screencap.setRunning(true);
  await vi.advanceTimersByTimeAsync(200);
  expect(problems).toEqual(["no picture by screencap: no PNG"]);
  expect(screencap.isShowing()).toBe(false);
  phone.isBroken = false;
  await vi.advanceTimersByTimeAsync(5200);
  expect([shown, problems.at(-1), screencap.isShowing()]).toEqual([[1], undefined, true]);
});

test("[M35] a picture that comes after the end is let go of", async () => {
  const { shown, screencap, open } = makeRig();
  screencap.setRunning(true);
  screencap.setRunning(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect([shown, open()]).toEqual([[], 0]);
});
