import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeFramePump, type JpegFrame } from "./frame-pump.ts";
import type { JpegLayer } from "../jpeg/jpeg-encoder.ts";
import type { TakenPicture } from "./mirror.ts";

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
  const asked: (readonly JpegLayer[])[] = [];
  const rig = {
    asked,
    sent,
    problems,
    encodings,
    sentAtMs,
    open,
    wire,
    picture(name: string, size = { width: 240, height: 536 }): TakenPicture {
      open.add(name);
      // Nothing looks at the image; its name comes out as the JPEG.
      const image = { name } as unknown as ImageBitmap;
      return { picture: { size, image, deviceUs: 7, close: () => void open.delete(name) }, takenMs: 9 };
    },
    pump: makeFramePump({
      jpegEncoder: {
        encode: async (image, layers) => {
          asked.push(layers);
          const name = (image as unknown as { name: string }).name;
          expect(open, "is open while it is encoded").toContain(name);
          const jpeg = await (encodings.shift() ?? new TextEncoder().encode(name));
          return layers.map(() => jpeg);
        },
      },
      isWireFree: () => wire.isFree,
      onEncoded: () => undefined,
      send: (frame) => {
        sent.push(frame);
        sentAtMs.push(Date.now());
      },
      onProblem: (detail) => void problems.push(detail),
    }),
    names: () => sent.map(nameOf),
  };
  return rig;
}

function nameOf({ jpeg }: JpegFrame): string {
  return new TextDecoder().decode(jpeg);
}

describe("the pump", () => {
  test("sends the newest picture at the wished rate and forgets the ones between", async () => {
    const rig = makeRig();
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
    for (const name of ["a", "b", "c", "d"]) {
      rig.pump.offer(rig.picture(name));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.names()).toEqual(["a", "c", "d"]);
    expect(rig.open).toEqual(new Set(["d"]));
    rig.pump.setWish([], 0.6);
    expect(rig.open.size).toBe(0);
  });

  test.each([
    { firstGapMs: 120, names: "0,1,2,3,4" },
    { firstGapMs: 20, names: "0,2,3,4" },
  ])(
    "lets no picture wait because one before it came early ($firstGapMs ms)",
    async ({ firstGapMs, names }) => {
      const rig = makeRig();
      rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
      const offeredMs = new Map<string, number>();
      for (const [index, gapMs] of [firstGapMs, 200, 200, 200, 200].entries()) {
        offeredMs.set(String(index), Date.now());
        rig.pump.offer(rig.picture(String(index)));
        await vi.advanceTimersByTimeAsync(gapMs);
      }
      expect(rig.names()).toEqual(names.split(","));
      expect(rig.sentAtMs).toEqual(rig.names().map((name) => offeredMs.get(name)));
    },
  );

  test("goes on at its rate when somebody sets the clock back", async () => {
    const rig = makeRig();
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
    rig.pump.offer(rig.picture("a"));
    await vi.advanceTimersByTimeAsync(10);
    vi.setSystemTime(0);
    rig.pump.offer(rig.picture("b"));
    await vi.advanceTimersByTimeAsync(250);
    expect(rig.names()).toEqual(["a", "b"]);
  });

  test("sends nothing new of a still screen", async () => {
    const rig = makeRig();
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
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
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
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
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
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
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
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
    rig.pump.setWish([{ quality: "low", fps: 1 }], 0.6);
    rig.pump.offer(rig.picture("waiting"));
    rig.pump.close();
    expect(rig.open.size).toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(rig.sent).toEqual([]);
  });

  test("[S5] sends the layer's size, whichever way up, and when the picture was shown and taken", async () => {
    const rig = makeRig();
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
    rig.pump.offer(rig.picture("wide", { width: 1600, height: 720 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.sent[0]).toMatchObject({
      quality: "low",
      size: { width: 533, height: 240 },
      deviceUs: 7,
      takenMs: 9,
    });
    expect(rig.asked).toEqual([[{ size: { width: 533, height: 240 }, quality: 0.6 }]]);
  });
});

describe("[M26] layers", () => {
  const size = { width: 720, height: 1600 };

  test("are encoded together, each at its own rate and of the newest picture", async () => {
    const rig = makeRig();
    const layers = [
      { quality: "low", fps: 5 },
      { quality: "high", fps: 1 },
    ] as const;
    rig.pump.setWish(layers, 0.6);
    for (let index = 0; index < 25; index += 1) {
      rig.pump.offer(rig.picture(String(index), size));
      await vi.advanceTimersByTimeAsync(100);
    }
    const of = (quality: string) => rig.sent.filter((each) => each.quality === quality);
    expect(of("low").map(nameOf)).toEqual("0,1,3,5,7,9,11,13,15,17,19,21,23".split(","));
    expect(of("high").map(nameOf)).toEqual(["0", "5", "15"]);
    expect(rig.asked).toHaveLength(13);
    expect(rig.asked[0]?.map((each) => each.size.width)).toEqual([240, 720]);
  });

  test("that somebody begins to watch are sent at once of a still screen, and the others are not sent again", async () => {
    const rig = makeRig();
    rig.pump.setWish([{ quality: "low", fps: 5 }], 0.6);
    rig.pump.offer(rig.picture("still", size));
    await vi.advanceTimersByTimeAsync(5000);
    const layers = [
      { quality: "low", fps: 5 },
      { quality: "medium", fps: 5 },
    ] as const;
    rig.pump.setWish(layers, 0.6);
    await vi.advanceTimersByTimeAsync(5000);
    expect(rig.sent.map(({ quality }) => quality)).toEqual(["low", "medium"]);
    expect(rig.pump.isBehind()).toBe(false);
  });
});
