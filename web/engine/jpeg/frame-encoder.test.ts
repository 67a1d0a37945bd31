import { expect, test } from "vitest";
import { makeFrameEncoder } from "./frame-encoder.ts";
import type { JpegEncoder } from "./jpeg-encoder.ts";
import type { Planes, PlanesEncoder } from "./planes-encoder.ts";

const layers = [{ size: { width: 4, height: 2 }, quality: 0.5 }];

function makeRig() {
  const read: Planes[] = [];
  let drawn = 0;
  const planesEncoder: PlanesEncoder = {
    room: (byteLength) => new Uint8Array(byteLength),
    encode: (planes) => {
      read.push(planes);
      return [Uint8Array.of(1)];
    },
    memoryBytes: () => 0,
  };
  const canvas: JpegEncoder = {
    encode: async () => {
      drawn += 1;
      return [Uint8Array.of(2)];
    },
  };
  return { read, drawn: () => drawn, encoder: makeFrameEncoder(planesEncoder, canvas) };
}

function frame(changes: object = {}): VideoFrame {
  return {
    format: "I420",
    visibleRect: { x: 0, y: 0, width: 4, height: 2 },
    displayWidth: 4,
    displayHeight: 2,
    colorSpace: { matrix: "bt709", fullRange: false },
    allocationSize: () => 12,
    copyTo: async () => [
      { offset: 0, stride: 4 },
      { offset: 8, stride: 2 },
      { offset: 10, stride: 2 },
    ],
    clone: () => undefined,
    ...changes,
  } as unknown as VideoFrame;
}

test("a frame's planes are read where the browser says they lie", async () => {
  const { encoder, read } = makeRig();
  await encoder.encode(frame(), layers);
  const nv12 = [
    { offset: 0, stride: 8 },
    { offset: 16, stride: 6 },
  ];
  await encoder.encode(frame({ format: "NV12", copyTo: async () => nv12 }), layers);
  const common = { width: 4, height: 2, color: { matrix: "bt709", isFullRange: false } };
  expect(read).toEqual([
    { ...common, luma: { offset: 0, stride: 4 }, chroma: { cbOffset: 8, crOffset: 10, stride: 2, step: 1 } },
    { ...common, luma: nv12[0], chroma: { cbOffset: 16, crOffset: 17, stride: 6, step: 2 } },
  ]);
});

test.each([
  ["in another format", { format: "RGBA" }],
  ["in a GPU's own format", { format: null }],
  ["whose pixels are not square", { displayWidth: 8 }],
  ["of red, green and blue", { colorSpace: { matrix: "rgb", fullRange: true } }],
  ["larger than there is room for", { visibleRect: { width: 5000, height: 2 }, displayWidth: 5000 }],
])("a frame %s goes to the canvas", async (_, changes) => {
  const { encoder, read, drawn } = makeRig();
  expect(await encoder.encode(frame(changes), layers)).toEqual([Uint8Array.of(2)]);
  expect([read.length, drawn()]).toEqual([0, 1]);
});

test("a format that cannot be copied goes to the canvas from then on, and others do not", async () => {
  const { encoder, read, drawn } = makeRig();
  let tries = 0;
  const copyTo = (): Promise<never> => {
    tries += 1;
    return Promise.reject(new DOMException("not here", "NotSupportedError"));
  };
  for (let count = 0; count < 3; count += 1) await encoder.encode(frame({ format: "NV12", copyTo }), layers);
  await encoder.encode(frame(), layers);
  expect([tries, drawn(), read.length]).toEqual([1, 3, 1]);
});

test("frames that come at once are read one after another", async () => {
  const { encoder, read } = makeRig();
  const copied = Promise.withResolvers<PlaneLayout[]>();
  const slow = encoder.encode(frame({ copyTo: () => copied.promise }), layers);
  const next = encoder.encode(frame({ visibleRect: { width: 2, height: 2 }, displayWidth: 2 }), layers);
  await Promise.resolve();
  expect(read).toEqual([]);
  copied.resolve(await frame().copyTo(new Uint8Array()));
  await Promise.all([slow, next]);
  expect(read.map(({ width }) => width)).toEqual([4, 2]);
});
