import { describe, expect, test } from "vitest";
import { readControlMessages } from "../../../protocol/control-message.ts";
import { readControlPosition } from "../../../protocol/control-position.ts";
import {
  writeControlMessages,
  type ControlDeed,
  type ControlPosition,
  type TouchAction,
} from "../../../protocol/control-writer.ts";
import type { ControlHoldNeeds, ControlPlace } from "../screen/control-hold.ts";
import { openControlSession } from "./control-session.ts";

const screen = { width: 1080, height: 2400 };
const video = { width: 480, height: 1072 };
const wideScreen = { width: 2400, height: 1080 };

function makeRig(start: ControlPlace = { video, screen }) {
  let place: ControlPlace | undefined = start;
  let wants: ControlHoldNeeds | undefined;
  const sent: { bytes: Uint8Array; isTouching: boolean }[] = [];
  const clipboard: string[] = [];
  let isReleased = false;
  const session = openControlSession({
    hold: (needs) => {
      wants = needs;
      return {
        send: (bytes, isTouching) => void sent.push({ bytes, isTouching }),
        place: () => place,
        release: () => {
          isReleased = true;
        },
      };
    },
    onClipboard: (text) => clipboard.push(text),
  });
  return {
    session,
    sent,
    clipboard,
    take: (...deeds: ControlDeed[]) => session.take(writeControlMessages(deeds)),
    setPlace: (next: ControlPlace | undefined) => (place = next),
    copy: (text: string) => wants?.onClipboard(text),
    isReleased: () => isReleased,
    /** What arrived at scrcpy, one line a message. */
    arrived: () => sent.flatMap(({ bytes }) => linesOf(bytes)),
  };
}

function linesOf(bytes: Uint8Array): string[] {
  const read = readControlMessages(bytes);
  if (!read.ok) throw new Error(read.fault.message);
  let at = 0;
  return read.value.map(({ kind, byteLength }) => {
    const message = bytes.subarray(at, at + byteLength);
    at += byteLength;
    const position = readControlPosition(kind, message);
    if (position === undefined) return `${kind} ${message[1] ?? ""}`.trim();
    const { x, y, width, height } = position;
    const place = `${x},${y} of ${width}x${height}`;
    if (kind !== "inject_touch_event") return `scroll ${place}`;
    return `${["down", "up", "move", "cancel"][message[1] ?? 9]} ${message[9]} ${place}`;
  });
}

function touch(action: TouchAction, position: Partial<ControlPosition> = {}, pointerId = 1n): ControlDeed {
  return {
    kind: "inject_touch_event",
    action,
    pointerId,
    position: { x: 540, y: 1200, ...screen, ...position },
    pressure: 1,
  };
}

describe("[K10] positions", () => {
  test("come out in the size of the session's own video", () => {
    const rig = makeRig();
    rig.take(touch("down"), touch("move", { x: 1079, y: 2399 }), touch("up", { x: 0, y: 0 }));
    rig.take({
      kind: "inject_scroll_event",
      position: { x: 120, y: 268, width: 240, height: 536 },
      horizontal: 0,
      vertical: 1,
    });
    expect(rig.arrived()).toEqual([
      "down 1 240,536 of 480x1072",
      "move 1 479,1071 of 480x1072",
      "up 1 0,0 of 480x1072",
      "scroll 240,536 of 480x1072",
    ]);
  });

  test("come out in the display's pixels while there is no video, however it is turned", () => {
    const rig = makeRig({ video: screen, screen });
    rig.take(touch("down", { x: 120, y: 268, width: 240, height: 536 }), touch("up"));
    rig.take(touch("down", { x: 2399, y: 10, ...wideScreen }), touch("up", wideScreen));
    expect(rig.arrived()).toEqual([
      "down 1 540,1200 of 1080x2400",
      "up 1 540,1200 of 1080x2400",
      "down 1 2399,10 of 2400x1080",
      "up 1 540,1079 of 2400x1080",
    ]);
  });

  test("of a picture that has turned since are dropped, with all that the finger does after", () => {
    const rig = makeRig({ video: { width: 1072, height: 480 }, screen: wideScreen });
    rig.take(touch("down"), touch("move"), touch("up"));
    rig.take({
      kind: "inject_scroll_event",
      position: { x: 1, y: 1, ...screen },
      horizontal: 0,
      vertical: 1,
    });
    expect(rig.arrived()).toEqual([]);
  });

  test("go nowhere while no session is up, and the rest of that gesture neither", () => {
    const rig = makeRig();
    rig.setPlace(undefined);
    rig.take(touch("down"));
    rig.setPlace({ video, screen });
    rig.take(touch("move"), touch("up"), touch("down", { x: 0, y: 0 }));
    expect(rig.arrived()).toEqual(["down 1 0,0 of 480x1072"]);
  });
});

describe("[K11] what is pressed", () => {
  test("comes up although the phone turned under the finger", () => {
    const rig = makeRig();
    rig.take(touch("down"));
    rig.setPlace({ video: { width: 1072, height: 480 }, screen: wideScreen });
    rig.take(touch("move"), touch("up"));
    expect(rig.arrived()).toEqual(["down 1 240,536 of 480x1072", "up 1 536,240 of 1072x480"]);
  });

  test("keeps its session for as long as a finger or a key is down", () => {
    const rig = makeRig();
    rig.take(touch("down"));
    rig.take(touch("down", {}, 2n));
    rig.take(touch("up"));
    rig.take(touch("up", {}, 2n));
    rig.take({ kind: "inject_keycode", action: "down", keyCode: 29 });
    rig.take({ kind: "inject_keycode", action: "up", keyCode: 29 });
    expect(rig.sent.map(({ isTouching }) => isTouching)).toEqual([true, true, true, false, true, false]);
  });

  test("is released when control ends: fingers cancelled and lifted, keys up", () => {
    const rig = makeRig();
    rig.take(touch("down"), touch("down", { x: 0, y: 0 }, 2n), touch("move", { x: 1079 }));
    rig.take({ kind: "inject_keycode", action: "down", keyCode: 29 });
    const before = rig.sent.length;
    rig.session.close();
    expect(rig.sent.slice(before).flatMap(({ bytes }) => linesOf(bytes))).toEqual([
      "cancel 1 479,536 of 480x1072",
      "up 1 479,536 of 480x1072",
      "up 2 0,0 of 480x1072",
      "inject_keycode 1",
    ]);
    expect(rig.isReleased()).toBe(true);
  });

  test("that was cancelled is lifted too, as scrcpy would count it with the next gesture", () => {
    const rig = makeRig();
    rig.take(touch("down"));
    rig.take(touch("cancel"));
    rig.session.close();
    expect(rig.arrived()).toEqual([
      "down 1 240,536 of 480x1072",
      "cancel 1 240,536 of 480x1072",
      "up 1 240,536 of 480x1072",
    ]);
  });

  test("is nothing when all was let go of: closing says nothing then", () => {
    const rig = makeRig();
    rig.take(touch("down"), touch("up"));
    rig.session.close();
    expect(rig.arrived()).toHaveLength(2);
  });
});

test("[K11] a panel that control put out is lit again when it ends, and one that it lit again is left alone", () => {
  const dark = makeRig();
  dark.take({ kind: "set_display_power", isOn: false });
  dark.session.close();
  expect(dark.arrived()).toEqual(["set_display_power 0", "set_display_power 1"]);
  const lit = makeRig();
  lit.take({ kind: "set_display_power", isOn: false }, { kind: "set_display_power", isOn: true });
  lit.session.close();
  expect(lit.sent).toHaveLength(1);
});

describe("[K12] the rest", () => {
  test("arrives as it came, in one piece", () => {
    const rig = makeRig();
    const deeds: ControlDeed[] = [
      { kind: "set_clipboard", sequence: 7n, isPasted: true, text: "안녕하세요 🙂" },
      { kind: "inject_text", text: "abc" },
      { kind: "rotate_device" },
      { kind: "start_app", name: "?Notes" },
    ];
    rig.take(...deeds);
    expect(rig.sent).toEqual([{ bytes: writeControlMessages(deeds), isTouching: false }]);
  });

  test("that is no control message reaches no phone", () => {
    const rig = makeRig();
    rig.session.take(Uint8Array.of(99, 1, 2));
    expect(rig.sent).toEqual([]);
  });

  test("copied on the device is told, save what the contract has no room for", () => {
    const rig = makeRig();
    rig.copy("copied");
    rig.copy("x".repeat(300_000));
    expect(rig.clipboard).toEqual(["copied"]);
  });
});
