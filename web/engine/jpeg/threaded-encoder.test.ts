import { expect, test, vi } from "vitest";
import type { JpegEncoder } from "./jpeg-encoder.ts";
import {
  makeThreadedEncoder,
  type EncoderThread,
  type ThreadReply,
  type ThreadRequest,
} from "./threaded-encoder.ts";

class FakeThread extends EventTarget implements EncoderThread {
  requests: ThreadRequest[] = [];
  terminate = vi.fn<() => void>();
  postMessage(request: unknown): void {
    this.requests.push(request as ThreadRequest);
  }
  reply(data: ThreadReply): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function makeRig(mostThreads: number) {
  const threads: FakeThread[] = [];
  const here: JpegEncoder = { encode: async () => [Uint8Array.of(0)] };
  const startThread = (): FakeThread => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  return { threads, encoder: makeThreadedEncoder({ mostThreads, startThread, here }) };
}

const frame = { clone: () => ({ name: "its clone" }) } as unknown as VideoFrame;
const layers = [{ size: { width: 2, height: 2 }, quality: 0.5 }];

test("threads are started as they are needed, and each frame goes to the one with least to do", async () => {
  const { threads, encoder } = makeRig(2);
  expect(threads).toHaveLength(0);
  const first = encoder.encode(frame, layers);
  expect(threads).toHaveLength(1);
  expect(threads[0]?.requests).toEqual([{ id: 1, frame: { name: "its clone" }, layers }]);
  threads[0]?.reply({ id: 1, jpegs: [Uint8Array.of(1)] });
  expect(await first).toEqual([Uint8Array.of(1)]);
  for (let count = 0; count < 5; count += 1) void encoder.encode(frame, layers);
  expect(threads.map(({ requests }) => requests.length)).toEqual([1 + 3, 2]);
});

test("what a thread cannot encode is refused with its words", async () => {
  const { threads, encoder } = makeRig(1);
  const refused = encoder.encode(frame, layers);
  threads[0]?.reply({ id: 1, problem: "EncodingError: too large" });
  await expect(refused).rejects.toThrow("too large");
});

test("a picture that is no video frame is encoded here", async () => {
  const { threads, encoder } = makeRig(1);
  expect(await encoder.encode({ width: 1, height: 1, close: () => undefined }, layers)).toEqual([
    Uint8Array.of(0),
  ]);
  expect(threads).toHaveLength(0);
});

test("when a thread fails nothing waits for it, and frames are encoded here from then on", async () => {
  const { threads, encoder } = makeRig(2);
  const lost = [encoder.encode(frame, layers), encoder.encode(frame, layers)];
  threads[1]?.dispatchEvent(new Event("error"));
  await expect(Promise.all(lost)).rejects.toThrow("failed");
  expect(threads.map(({ terminate }) => terminate.mock.calls.length)).toEqual([1, 1]);
  expect(await encoder.encode(frame, layers)).toEqual([Uint8Array.of(0)]);
  expect(threads).toHaveLength(2);
});
