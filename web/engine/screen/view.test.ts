import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fullShare, fullShares } from "../budget/share.ts";
import { makeStartTurns } from "../budget/start-turns.ts";
import type { Demand } from "./demand.ts";
import type { MediaPiece } from "./media-piece.ts";
import type { ScrcpyWish } from "./scrcpy-session.ts";
import type { PictureStatus } from "./status-teller.ts";
import { makeView } from "./view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nothing: Demand = { layers: [], video: undefined, sound: false };
const wall: Demand = { ...nothing, video: { shortEdge: 216, fps: 5 } };
const jpeg: Demand = { ...nothing, layers: [{ quality: "low", fps: 5 }] };
const size = { width: 216, height: 480 };

async function ignore(): Promise<void> {}

async function never(): Promise<never> {
  return await new Promise(() => undefined);
}

function makeRig() {
  const rig = { sent: new Array<MediaPiece>(), told: new Array<PictureStatus>(), isFree: true, focus: false };
  const sessions: ScrcpyWish[] = [];
  let resets = 0;
  const loads: string[] = [];
  const view = makeView({
    identity: {
      model: "",
      manufacturer: "",
      androidVersion: "14",
      screen: { width: 1080, height: 2400 },
    },
    link: {
      shell: never,
      startSound: never,
      listEncoders: never,
      readOutput: never,
      startScrcpy: async (wish) => {
        sessions.push(wish);
        return {
          control: {
            touch: ignore,
            key: ignore,
            typeText: ignore,
            paste: ignore,
            send: ignore,
            resetVideo: async () => void (resets += 1),
          },
          ended: never(),
          close: ignore,
        };
      },
    },
    makeDecoder: (hooks) => ({
      push: (packet) => {
        if (packet.type === "configuration") return;
        // Nothing looks at the image.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const image = {} as ImageBitmap;
        hooks.onPicture({ size, image, deviceUs: packet.timestampUs, close: () => undefined });
      },
      close: () => undefined,
    }),
    decodePng: never,
    jpegEncoder: { encode: async (_, layers) => layers.map(() => Uint8Array.of(0xff)) },
    nowMs: () => Date.now(),
    isWireFree: (isFocus) => {
      rig.focus = isFocus;
      return rig.isFree;
    },
    send: (piece) => {
      rig.sent.push(piece);
      return true;
    },
    tell: (status) => void rig.told.push(status),
    onProblem: () => undefined,
    load: {
      taken: (bytes) => void loads.push(`taken ${bytes}`),
      decoded: () => void loads.push("decoded"),
      encoded: () => void loads.push("encoded"),
    },
    turns: makeStartTurns(),
  });
  return Object.assign(rig, {
    view,
    sessions,
    loads,
    resets: () => resets,
    /** A picture of so many bytes comes from the newest session. */
    async show(isKeyFrame = true): Promise<void> {
      const session = sessions.at(-1);
      if (isKeyFrame) session?.onPacket({ type: "configuration", data: new Uint8Array(2), size, codec: "" });
      const timestampUs = Math.round(Date.now() * 1000);
      session?.onPacket({ type: "picture", data: new Uint8Array(8), isKeyFrame, timestampUs });
      await vi.advanceTimersByTimeAsync(0);
    },
    kinds: () => rig.sent.map(({ kind }) => kind).join(" "),
  });
}

async function watched(demand: Demand) {
  const rig = makeRig();
  rig.view.watch(demand);
  await vi.advanceTimersByTimeAsync(0);
  await rig.show();
  return rig;
}

describe("the view of a device", () => {
  test("[M24] sends the video, numbered, with its sizes, and says what it costs", async () => {
    const rig = await watched(wall);
    await rig.show(false);
    expect(rig.sent).toMatchObject([
      { kind: "key", sequence: 0, size, screen: { width: 1080, height: 2400 }, parts: [{}, {}] },
      { kind: "delta", sequence: 1, size },
    ]);
    expect(rig.loads).toEqual(["taken 10", "taken 8"]);
    expect(rig.view.report()?.sent).toMatchObject([{ what: "video", size, framesPerSecond: 0.7 }]);
  });

  test("[M31] marks a still screen only when all was sent", async () => {
    const rig = await watched(wall);
    await vi.advanceTimersByTimeAsync(4100);
    expect(rig.kinds()).toBe("key still still");
    expect(rig.sent.at(-1)).toMatchObject({ size: { width: 0 }, screen: { width: 0 }, parts: [] });
    rig.isFree = false;
    await rig.show(false);
    await vi.advanceTimersByTimeAsync(6000);
    rig.isFree = true;
    rig.view.onWireFree();
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.kinds()).toBe("key still still");
    expect(rig.resets()).toBe(1);
    await rig.show();
    await vi.advanceTimersByTimeAsync(2100);
    expect(rig.kinds()).toBe("key still still key still");
  });

  test("[M26] makes JPEGs of what is watched as such, and says what that costs", async () => {
    const rig = await watched(jpeg);
    expect(rig.sent).toMatchObject([{ kind: "jpeg", layer: "low", parts: [Uint8Array.of(0xff)] }]);
    expect(rig.loads).toEqual(["taken 10", "decoded", "encoded"]);
    rig.view.watch(jpeg);
    await vi.advanceTimersByTimeAsync(500);
    expect(rig.kinds()).toBe("jpeg jpeg");
  });

  test("[M28] asks for room as a tile or as a focus", async () => {
    const rig = await watched(wall);
    expect(rig.focus).toBe(false);
    rig.view.watch({ ...wall, video: { shortEdge: 216, fps: 30 } });
    await rig.show();
    expect(rig.focus).toBe(true);
  });

  test("[M29] tells how the picture stands to who watches, and what there is less of", async () => {
    const rig = await watched(wall);
    expect(rig.told.at(-1)).toEqual({ source: "video", display: "unknown" });
    rig.view.setShares({ ...fullShares, tile: { ...fullShare, rate: 0.4, lack: "usb" } });
    expect(rig.told.at(-1)).toMatchObject({ reduced: { fps: 2, lack: "usb" } });
    expect(rig.view.report()?.reduced).toEqual({ fps: 2, lack: "usb" });
    rig.view.setShares(fullShares);
    expect(rig.told.at(-1)).not.toHaveProperty("reduced");
    const before = rig.told.length;
    rig.view.watch(undefined);
    rig.view.setShares({ ...fullShares, tile: { ...fullShare, rate: 0.4, lack: "usb" } });
    expect(rig.told).toHaveLength(before);
    expect(rig.view.report()).toBeUndefined();
  });

  test("begins anew on another connection", async () => {
    const rig = await watched({ ...wall, layers: jpeg.layers });
    rig.view.onWireNew();
    await vi.advanceTimersByTimeAsync(300);
    expect(rig.resets()).toBe(1);
    await rig.show(false);
    await rig.show();
    expect(rig.kinds()).toBe("key jpeg jpeg jpeg key");
  });

  test("sends nothing any more when it is closed", async () => {
    const rig = await watched(wall);
    await rig.view.close();
    await rig.show();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.kinds()).toBe("key");
  });
});
