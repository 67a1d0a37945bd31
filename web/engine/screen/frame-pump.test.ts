import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeFramePump, type JpegFrame } from "./frame-pump.ts";
import type { Picture } from "./picture.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function makeRig() {
  const sent: JpegFrame[] = [];
  const sentAtMs: number[] = [];
  const open = new Set<string>();
  const wire = { isFree: true };
  const problems: (string | undefined)[] = [];
  /** What the next encodings come to; by themselves they come to the picture's name. */
  const encodings: Promise<Uint8Array<ArrayBuffer>>[] = [];
  const rig = {
    sent,
    problems,
    encodings,
    sentAtMs,
    open,
    wire,
    picture(name: string, size = { width: 240, height: 536 }): Picture {
      open.add(name);
      // Nothing looks at the image; its name comes out as the JPEG.
      const image = { name } as unknown as ImageBitmap;
      return { size, image, close: () => void open.delete(name) };
    },
    pump: makeFramePump({
      jpegEncoder: {
        encode: async (image) => {
          const name = (image as unknown as { name: string }).name;
          expect(open, "is open while it is encoded").toContain(name);
          return [await (encodings.shift() ?? new TextEncoder().encode(name))];
        },
      },
      isWireFree: () => wire.isFree,
      send: (frame) => {
        sent.push(frame);
        sentAtMs.push(Date.now());
      },
      onProblem: (detail) => void problems.push(detail),
    }),
    names: () => sent.map(({ jpeg }) => new TextDecoder().decode(jpeg)),
  };
  return rig;
}

describe("the pump", () => {
  test("sends the newest picture at the wished rate and forgets the ones between", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    for (const name of ["a", "b", "c", "d"]) {
      rig.pump.offer(rig.picture(name));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.names()).toEqual(["a", "d"]);
    expect(rig.open).toEqual(new Set(["d"]));
    rig.pump.setWish(undefined);
    expect(rig.open.size).toBe(0);
  });

  test("lets no picture wait for the lateness of one before it", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    const ages: number[] = [];
    for (const [index, gapMs] of [120, 200, 200, 200, 200].entries()) {
      rig.pump.offer(rig.picture(String(index)));
      const offeredMs = Date.now();
      await vi.advanceTimersByTimeAsync(gapMs);
      const sentMs = rig.sentAtMs[index];
      if (sentMs !== undefined) ages.push(sentMs - offeredMs);
    }
    expect(ages).toEqual([0, 80, 0, 0, 0]);
  });

  test("goes on at its rate when somebody sets the clock back", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    rig.pump.offer(rig.picture("a"));
    await vi.advanceTimersByTimeAsync(10);
    vi.setSystemTime(0);
    rig.pump.offer(rig.picture("b"));
    await vi.advanceTimersByTimeAsync(200);
    expect(rig.names()).toEqual(["a", "b"]);
  });

  test("sends nothing new of a still screen", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    rig.pump.offer(rig.picture("a"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(rig.names()).toEqual(["a"]);
    rig.pump.repeat();
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.names()).toEqual(["a", "a"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(rig.sent).toHaveLength(2);
  });

  test("waits while the wire is taken, and then sends only the newest", async () => {
    const rig = makeRig();
    rig.wire.isFree = false;
    rig.pump.setWish({ quality: "low", fps: 5 });
    for (const name of ["a", "b", "c"]) {
      rig.pump.offer(rig.picture(name));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(rig.sent).toEqual([]);
    expect(rig.open).toEqual(new Set(["c"]));
    rig.wire.isFree = true;
    rig.pump.onWireFree();
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.names()).toEqual(["c"]);
  });

  test("says that the browser cannot encode, and that it can again", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    rig.encodings.push(Promise.reject(new Error("out of memory")));
    for (const name of ["a", "b", "c"]) {
      rig.pump.offer(rig.picture(name));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(rig.problems).toEqual(["Error: out of memory", undefined]);
    expect(rig.names()).toEqual(["b", "c"]);
  });

  test("goes on with the next picture when the browser never ends encoding one", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    rig.encodings.push(new Promise(() => undefined));
    rig.pump.offer(rig.picture("a"));
    await vi.advanceTimersByTimeAsync(5000);
    rig.pump.offer(rig.picture("b"));
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.problems).toEqual([expect.stringContaining("encoding a picture took longer"), undefined]);
    expect(rig.names()).toEqual(["b"]);
  });

  test("closes every picture when nobody watches or the device is gone", async () => {
    const rig = makeRig();
    rig.pump.offer(rig.picture("nobody"));
    expect(rig.open.size).toBe(0);
    rig.wire.isFree = false;
    rig.pump.setWish({ quality: "low", fps: 1 });
    rig.pump.offer(rig.picture("waiting"));
    rig.pump.close();
    expect(rig.open.size).toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(rig.sent).toEqual([]);
  });

  test("[S5] sends the layer's size, whichever way up, and when the picture was decoded", async () => {
    const rig = makeRig();
    rig.pump.setWish({ quality: "low", fps: 5 });
    rig.pump.offer(rig.picture("wide", { width: 1600, height: 720 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.sent[0]).toMatchObject({ size: { width: 533, height: 240 }, atMs: 1_000_000 });
  });
});
