import { describe, expect, test } from "vitest";
import type { VideoUnit } from "./mirror.ts";
import { makeVideoPassage } from "./video-passage.ts";

function makeRig() {
  const rig = { sent: new Array<string>(), isFree: true, refreshes: 0 };
  const passage = makeVideoPassage({
    isWireFree: () => rig.isFree,
    send: ({ isKey }, sequence) => {
      rig.sent.push(`${isKey ? "key" : "delta"} ${sequence}`);
      return true;
    },
    refresh: () => (rig.refreshes += 1),
  });
  const push = (kinds: string): void => {
    for (const kind of kinds) passage.push(unit(kind === "k"));
  };
  return Object.assign(rig, { passage, push });
}

function unit(isKey: boolean): VideoUnit {
  return { isKey, parts: [], size: { width: 216, height: 480 }, deviceUs: 0, takenMs: 0 };
}

describe("[M24] video passed on", () => {
  test("begins with a key frame, which is asked for, and is numbered without a gap", () => {
    const rig = makeRig();
    rig.push("kd");
    rig.passage.setWatched(true);
    expect(rig.refreshes).toBe(1);
    rig.push("ddkdd");
    expect(rig.sent).toEqual(["key 0", "delta 1", "delta 2"]);
  });

  test("is dropped up to the next key frame while the uplink is stuck, which is asked for when it is free", () => {
    const rig = makeRig();
    rig.passage.setWatched(true);
    rig.push("kd");
    rig.isFree = false;
    rig.push("ddkd");
    rig.passage.onWireFree();
    expect(rig.refreshes).toBe(1);
    rig.isFree = true;
    rig.push("d");
    rig.passage.onWireFree();
    expect(rig.refreshes).toBe(2);
    rig.push("dkd");
    rig.passage.onWireFree();
    expect(rig.sent).toEqual(["key 0", "delta 1", "key 2", "delta 3"]);
    expect(rig.refreshes).toBe(2);
  });

  test("begins anew with another connection", () => {
    const rig = makeRig();
    rig.passage.setWatched(true);
    rig.push("k");
    rig.passage.breakOff();
    rig.push("dk");
    expect(rig.sent).toEqual(["key 0", "key 1"]);
  });

  test("is nobody's when nobody watches it", () => {
    const rig = makeRig();
    rig.passage.setWatched(true);
    rig.push("k");
    rig.passage.setWatched(false);
    rig.push("dk");
    rig.passage.onWireFree();
    expect(rig.sent).toEqual(["key 0"]);
    expect(rig.refreshes).toBe(1);
  });
});
