import { beforeEach, expect, test, vi } from "vitest";
import { fakeRelay, makeFakeViewer, type FakeViewer } from "./fake-viewer.ts";
import { makePictures, type Pictures, type PictureView } from "./pictures.ts";

const wish = { shortEdge: 216, fps: 5, encoding: "auto" } as const;
const facts = { width: 240, height: 520 };
let viewer: FakeViewer;
let pictures: Pictures;

beforeEach(() => {
  viewer = makeFakeViewer();
  pictures = makePictures({
    thread: viewer,
    relayUrl: fakeRelay.url,
    token: fakeRelay.token,
    onConnection: () => undefined,
    onFault: () => undefined,
    onUse: () => undefined,
  });
  viewer.requests.length = 0;
});

function view(): PictureView {
  return {
    canvas: () => ({ transferControlToOffscreen: () => "canvas" }) as unknown as HTMLCanvasElement,
    onVideo: vi.fn<PictureView["onVideo"]>(),
    onCount: vi.fn<(pictures: number) => void>(),
    onJpeg: vi.fn<PictureView["onJpeg"]>().mockResolvedValue(true),
    onState: vi.fn<NonNullable<PictureView["onState"]>>(),
  };
}

test("a watch is one of the thread's, until it is stopped", () => {
  const watch = pictures.watch("a", wish, view());
  watch.change({ ...wish, fps: 1 });
  watch.change(undefined);
  watch.stop();
  watch.stop();
  watch.change(wish);
  expect(viewer.requests).toEqual([
    { type: "watch", watchId: 1, deviceId: "a", wish },
    { type: "change", watchId: 1, wish: { ...wish, fps: 1 } },
    { type: "change", watchId: 1 },
    { type: "stop", watchId: 1 },
  ]);
});

test("what is painted is told to its own view, and how a device is doing to all of them", () => {
  const [one, two, other] = [view(), view(), view()];
  pictures.watch("a", wish, one);
  pictures.watch("a", wish, two);
  pictures.watch("b", wish, other);
  viewer.report({ type: "canvas-wanted", watchId: 2 });
  expect(viewer.requests.at(-1)).toEqual({ type: "canvas", watchId: 2, canvas: "canvas" });
  viewer.report({ type: "painted", watchId: 2, facts });
  viewer.report({ type: "counts", painted: [[2, 7]] });
  viewer.report({ type: "state", deviceId: "a", state: { encoding: "h264" } });
  expect(one.onVideo).not.toHaveBeenCalled();
  expect(two.onVideo).toHaveBeenCalledExactlyOnceWith(facts);
  expect(two.onCount).toHaveBeenCalledExactlyOnceWith(7);
  for (const each of [one, two]) expect(each.onState).toHaveBeenCalledExactlyOnceWith({ encoding: "h264" });
  expect(other.onState).not.toHaveBeenCalled();
});

test("[V5] the next JPEG of a device is asked for when every view has shown the last one, or there is none", async () => {
  let load: (isShown: boolean) => void = () => undefined;
  const slow = view();
  slow.onJpeg = () => new Promise((resolve) => (load = resolve));
  pictures.watch("a", wish, view());
  pictures.watch("a", wish, slow);
  viewer.report({ type: "jpeg", deviceId: "a", url: "data:x", facts });
  await Promise.resolve();
  expect(viewer.requests.some(({ type }) => type === "jpeg-done")).toBe(false);
  load(false);
  const done = () => viewer.requests.filter(({ type }) => type === "jpeg-done");
  await vi.waitFor(() => expect(done()).toHaveLength(1));
  expect(done()).toEqual([{ type: "jpeg-done", deviceId: "a", shownAtMs: expect.any(Number) }]);
  viewer.report({ type: "jpeg", deviceId: "b", url: "data:x", facts });
  await vi.waitFor(() => expect(done()).toHaveLength(2));
  expect(done()[1]).toEqual({ type: "jpeg-done", deviceId: "b" });
});
