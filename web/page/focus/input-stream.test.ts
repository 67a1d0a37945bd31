import { beforeEach, describe, expect, test } from "vitest";
import { readControlMessages } from "../../../protocol/control-message.ts";
import { readControlPosition } from "../../../protocol/control-position.ts";
import type { ControlDeed, TouchAction } from "../../../protocol/control-writer.ts";
import { controlRate } from "../../../protocol/limits.ts";
import { makeTokenBucket } from "../../../protocol/token-bucket.ts";
import { makeInputStream, type InputStream } from "./input-stream.ts";

let now = 0;
let frame: (() => void) | undefined;
let sent: { bytes: Uint8Array; isEnding: boolean; atMs: number }[] = [];
let stream: InputStream;

beforeEach(() => {
  now = 0;
  frame = undefined;
  sent = [];
  stream = makeInputStream({
    send: (bytes, isEnding) => void sent.push({ bytes, isEnding, atMs: now }),
    onNextFrame: (run) => {
      frame = run;
      return 1;
    },
    cancelFrame: () => (frame = undefined),
    nowMs: () => now,
  });
});

function nextFrame(afterMs = 16): void {
  now += afterMs;
  const run = frame;
  frame = undefined;
  run?.();
}

function touch(action: TouchAction, x: number, pointerId = 1n) {
  const position = { x, y: 0, width: 1000, height: 2000 };
  return { kind: "inject_touch_event", action, pointerId, position, pressure: 1 } as const;
}

/** One word a message, one list an input. */
function inputs(): string[][] {
  return sent.map(({ bytes }) => {
    const read = readControlMessages(bytes);
    if (!read.ok) throw new Error(read.fault.message);
    let at = 0;
    return read.value.map(({ kind, byteLength }) => {
      const message = bytes.subarray(at, at + byteLength);
      at += byteLength;
      const x = readControlPosition(kind, message)?.x;
      return kind === "inject_touch_event" ? `${"duMc"[message[1] ?? 0]}${x}/${message[9]}` : kind;
    });
  });
}

describe("[K20] moves", () => {
  test("go once a frame, with what lay between, and nothing goes while nothing moves", () => {
    stream.do(touch("down", 0));
    for (const x of [1, 2, 3]) stream.move([touch("move", x)]);
    expect(inputs()).toEqual([["d0/1"]]);
    nextFrame();
    expect(inputs()[1]).toEqual(["M1/1", "M2/1", "M3/1"]);
    expect(frame).toBeUndefined();
  });

  test("come before whatever is done after them, and an up is never kept waiting", () => {
    stream.do(touch("down", 0), touch("down", 9, 2n));
    stream.move([touch("move", 1), touch("move", 8, 2n)]);
    stream.do(touch("up", 2));
    expect(inputs()[1]).toEqual(["M1/1", "M8/2", "u2/1"]);
    expect(sent.map(({ isEnding }) => isEnding)).toEqual([false, true]);
  });

  test("of ten fingers at a thousand times a second stay within what a device takes, and arrive where they are", () => {
    const bucket = makeTokenBucket(controlRate);
    for (let finger = 1; finger <= 10; finger += 1) stream.do(touch("down", 0, BigInt(finger)));
    let x = 0;
    for (; now < 3000; nextFrame(1000 / 60)) {
      for (let step = 0; step < 16; step += 1) {
        x += 1;
        for (let finger = 1; finger <= 10; finger += 1)
          stream.move([touch("move", x % 1000, BigInt(finger))]);
      }
    }
    for (let finger = 1; finger <= 10; finger += 1) stream.do(touch("up", 999, BigInt(finger)));
    const all = inputs();
    const isTaken = sent.map(({ atMs }, at) => bucket.take(atMs, all[at]?.length));
    expect(isTaken.every(Boolean)).toBe(true);
    expect(all.flat().filter((word) => word.startsWith("u"))).toHaveLength(10);
    const moves = all.flat().filter((word) => word.startsWith("M"));
    // About what is allowed, and no finger is forgotten for another.
    expect(moves.length).toBeGreaterThan(500);
    const perFinger = Array.from({ length: 10 }, (_, at) =>
      moves.filter((word) => word.endsWith(`/${at + 1}`)),
    );
    expect(Math.min(...perFinger.map(({ length }) => length))).toBeGreaterThan(30);
  });
});

test("[K20] turns of a wheel are added up until the next frame", () => {
  const position = { x: 1, y: 2, width: 1000, height: 2000 };
  for (let turn = 0; turn < 5; turn += 1) stream.scroll(position, 0, -0.5);
  nextFrame();
  expect(inputs()).toEqual([["inject_scroll_event"]]);
  expect(new DataView(sent[0]?.bytes.buffer ?? new ArrayBuffer(0)).getInt16(15) / 0x8000).toBe(-2.5 / 16);
});

test("a key that comes up is something that must arrive, a button that goes down is not", () => {
  const key: ControlDeed = { kind: "inject_keycode", action: "down", keyCode: 3 };
  stream.do(key);
  stream.do({ ...key, action: "up" });
  stream.do({ kind: "rotate_device" });
  expect(sent.map(({ isEnding }) => isEnding)).toEqual([false, true, false]);
});

test("nothing is sent after it is closed", () => {
  stream.move([touch("move", 1)]);
  stream.close();
  nextFrame();
  expect(sent).toEqual([]);
});
