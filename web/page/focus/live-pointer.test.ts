// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import type { ControlDeed } from "../../../protocol/control-writer.ts";
import { makeLivePointer, type LivePointer } from "./live-pointer.ts";

let deeds: ControlDeed[] = [];
let taps = 0;
let pointer: LivePointer;
const element = document.createElement("div");

beforeEach(() => {
  deeds = [];
  taps = 0;
  // 100 by 200 CSS pixels show a display of 1000 by 2000.
  element.getBoundingClientRect = () => new DOMRect(0, 0, 100, 200);
  for (const [name, value] of Object.entries({
    offsetWidth: 100,
    offsetHeight: 200,
    clientWidth: 100,
    clientHeight: 200,
  })) {
    Object.defineProperty(element, name, { value, configurable: true });
  }
  pointer = makeLivePointer({
    surface: {
      element: () => element,
      picture: () => ({ width: 500, height: 1000 }),
      screen: () => ({ width: 1000, height: 2000 }),
    },
    stream: {
      do: (...done) => void deeds.push(...done),
      move: (path) => void deeds.push(...path),
      scroll: (position, horizontal, vertical) =>
        void deeds.push({ kind: "inject_scroll_event", position, horizontal, vertical }),
      close: () => undefined,
    },
    onTap: () => (taps += 1),
  });
});

function event(x: number, y: number, more: PointerEventInit = {}): PointerEvent {
  return new PointerEvent("pointer", {
    clientX: x,
    clientY: y,
    pointerId: 1,
    pointerType: "mouse",
    button: 0,
    buttons: 1,
    ...more,
  });
}
const moved = { button: -1 } as const;

function words(): string[] {
  return deeds.map((deed) => {
    if (deed.kind !== "inject_touch_event")
      return "action" in deed ? `${deed.kind} ${deed.action}` : deed.kind;
    const { action, pointerId, position, pressure } = deed;
    return `${action} ${pointerId} ${position.x},${position.y} ${pressure}`;
  });
}

describe("[K21] a mouse on the picture", () => {
  test("is a finger, from where it goes down to where it comes up", () => {
    pointer.down(event(10, 20));
    pointer.move(event(50, 100, moved));
    pointer.up(event(99.9, 199.9));
    expect(words()).toEqual(["down -2 100,200 1", "move -2 500,1000 1", "up -2 999,1999 0"]);
    expect(taps).toBe(0);
    expect(deeds[0]).toMatchObject({ position: { width: 1000, height: 2000 } });
  });

  test("that stays is a tap, and one beside the picture nothing", () => {
    pointer.down(event(10, 20));
    pointer.up(event(11, 21));
    pointer.down(event(150, 20));
    pointer.up(event(150, 20));
    expect(taps).toBe(1);
    expect(deeds).toHaveLength(2);
  });

  test("with Ctrl pinches: a second finger mirrored in the middle, Shift tilts", () => {
    pointer.down(event(10, 20, { ctrlKey: true }));
    pointer.move(event(20, 40, moved));
    pointer.up(event(30, 60));
    expect(words()).toEqual([
      "down -2 100,200 1",
      "down -3 899,1799 1",
      "move -2 200,400 1",
      "move -3 799,1599 1",
      "up -2 300,600 0",
      "up -3 699,1399 0",
    ]);
    deeds = [];
    pointer.down(event(10, 20, { shiftKey: true }));
    pointer.up(event(10, 20));
    expect(words().filter((word) => word.includes("-3"))).toEqual(["down -3 899,200 1", "up -3 899,200 0"]);
  });

  test("has Back on its right button, Home in the middle, Recents and the notifications on the others", () => {
    for (const button of [2, 1, 3, 4]) {
      pointer.down(event(10, 20, { button, buttons: [1, 4, 2, 8, 16][button] ?? 0 }));
      pointer.up(event(10, 20, { button, buttons: 0 }));
    }
    expect(words()).toEqual([
      "back_or_screen_on down",
      "back_or_screen_on up",
      "inject_keycode down",
      "inject_keycode up",
      "inject_keycode down",
      "inject_keycode up",
      "expand_notification_panel",
    ]);
  });

  test("may press another button while the first is down", () => {
    pointer.down(event(10, 20));
    pointer.move(event(10, 20, { button: 2, buttons: 3 }));
    pointer.move(event(10, 20, { button: 2, buttons: 1 }));
    pointer.up(event(10, 20, { buttons: 0 }));
    expect(words()).toEqual([
      "down -2 100,200 1",
      "back_or_screen_on down",
      "back_or_screen_on up",
      "up -2 100,200 0",
    ]);
  });
});

describe("[K21] fingers and pens", () => {
  test("are each a pointer of their own, with the pressure that the screen measures", () => {
    const touch = { pointerType: "touch" } as const;
    pointer.down(event(10, 20, { ...touch, pointerId: 7, pressure: 0.25 }));
    pointer.down(event(90, 180, { ...touch, pointerId: 8 }));
    pointer.move(event(20, 20, { ...touch, ...moved, pointerId: 7, pressure: 0.5 }));
    pointer.up(event(90, 180, { ...touch, pointerId: 8 }));
    pointer.up(event(20, 20, { ...touch, pointerId: 7 }));
    expect(words()).toEqual([
      "down 7 100,200 0.25",
      "down 8 900,1800 1",
      "move 7 200,200 0.5",
      "up 8 900,1800 0",
      "up 7 200,200 0",
    ]);
  });

  test("that the browser takes away are cancelled, where they were last", () => {
    pointer.down(event(10, 20, { pointerType: "touch", pointerId: 7 }));
    pointer.move(event(20, 40, { ...moved, pointerType: "touch", pointerId: 7 }));
    pointer.cancel(event(0, 0, { pointerId: 7 }));
    expect(words().at(-1)).toBe("cancel 7 200,400 0");
  });
});

test("[K22] letting go lifts every finger and button", () => {
  pointer.down(event(10, 20, { ctrlKey: true }));
  pointer.move(event(10, 20, { button: 2, buttons: 3 }));
  deeds = [];
  pointer.release();
  expect(words()).toEqual(["cancel -2 100,200 0", "cancel -3 899,1799 0", "back_or_screen_on up"]);
});

test("[K21] a wheel scrolls where it is turned: away from the hand is up", () => {
  const wheel = new WheelEvent("wheel", { deltaY: -100, deltaX: 50 });
  pointer.wheel(Object.assign(wheel, { clientX: 50, clientY: 100 }));
  expect(deeds).toEqual([
    {
      kind: "inject_scroll_event",
      position: { x: 500, y: 1000, width: 1000, height: 2000 },
      horizontal: 0.5,
      vertical: 1,
    },
  ]);
});
