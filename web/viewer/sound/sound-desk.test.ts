import { expect, test } from "vitest";
import { keyPayload, packetOf } from "../testing/packets.ts";
import { makeSoundDesk } from "./sound-desk.ts";

const tooOld = "Audio disabled: it is not supported before Android 11";

function listen(problemAtOnce?: string) {
  const told: string[] = [];
  let nowMs = 0;
  const desk = makeSoundDesk({
    codecs: undefined,
    watch(deviceId) {
      if (problemAtOnce !== undefined) desk.hearProblem(deviceId, problemAtOnce);
      return () => undefined;
    },
    onState: (_deviceId, state, reason) => told.push(reason === undefined ? state : `${state}: ${reason}`),
    nowMs: () => nowMs,
  });
  desk.start("a", { postMessage: () => undefined, close: () => undefined });
  return {
    desk,
    told,
    later: (ms: number) => {
      nowMs += ms;
      desk.look();
    },
  };
}

test("[M33] that a phone gives no sound is told as soon as its worker says it, and taken back with it", () => {
  const { desk, told, later } = listen();
  desk.hearProblem("b", tooOld);
  desk.hearProblem("a", undefined);
  expect(told).toEqual([]);
  desk.hearProblem("a", tooOld);
  desk.hearProblem("a", tooOld);
  expect(told).toEqual([`none: ${tooOld}`]);
  later(10_000);
  desk.hearProblem("a", undefined);
  later(5000);
  expect(told).toEqual([`none: ${tooOld}`, "waiting"]);
});

test("[M33] what is known of a phone already is told when somebody begins to listen", () => {
  expect(listen(tooOld).told).toEqual([`none: ${tooOld}`]);
});

test("a worker that says nothing of sound has some seconds", () => {
  const { desk, told, later } = listen();
  later(6000);
  expect(told).toEqual([]);
  later(1000);
  expect(told).toEqual(["none"]);
  desk.hear(packetOf("a", "sound-start").header, keyPayload);
  expect(told).toEqual(["none", "unplayable"]);
});
