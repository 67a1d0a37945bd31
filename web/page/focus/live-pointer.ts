import { genericFinger, virtualFinger, type ControlDeed } from "../../../protocol/control-writer.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { InputStream } from "./input-stream.ts";
import { keyCodes } from "./key-codes.ts";
import { mirrored, mirrorOf, type Mirror } from "./second-finger.ts";
import { contentBox, isOnPicture, screenPoint, type Point } from "./screen-point.ts";
import { wheelNotches } from "./wheel-notches.ts";

export interface TouchSurface {
  element(): HTMLElement;
  /** The picture's own size. */
  picture(): Size;
  /** The display's size as it is turned now; absent before the first picture. */
  screen(): Size | undefined;
}

export interface LivePointerNeeds {
  surface: TouchSurface;
  stream: InputStream;
  /** A press that stayed where it was; client coordinates. */
  onTap(at: Point): void;
}

/** A finger of this hand that is down. */
interface Finger {
  pointerId: bigint;
  start: Point;
  last: Point;
  furthestPx: number;
  pressure: number;
  /** A second finger that does the same on the other side, as scrcpy has it with Ctrl and Shift. */
  mirror: Mirror | undefined;
}

/** Android tracks ten. */
const mostFingers = 10;
const tapSlopPx = 6;
const mouseButtons = { middle: 1, right: 2, back: 3, forward: 4 } as const;

/** Turns mouse, pen and fingers on the picture into touches, as they happen. */
export interface LivePointer {
  down(event: PointerEvent): void;
  move(event: PointerEvent): void;
  up(event: PointerEvent): void;
  /** The browser took the pointer away. */
  cancel(event: PointerEvent): void;
  wheel(event: WheelEvent): void;
  /** Lets go of everything. */
  release(): void;
}

export function makeLivePointer(needs: LivePointerNeeds): LivePointer {
  const { surface, stream } = needs;
  const fingers = new Map<number, Finger>();
  /** Buttons of the mouse that are down as keys of the phone. */
  const buttons = new Set<number>();

  function touch(
    action: "down" | "move" | "up" | "cancel",
    finger: Finger,
    pointer: Point,
    pressure: number,
  ): Extract<ControlDeed, { kind: "inject_touch_event" }>[] {
    const screen = surface.screen();
    if (screen === undefined) return [];
    const point = screenPoint(pointer, contentBox(surface.element()), surface.picture(), screen);
    const kind = "inject_touch_event";
    const first = {
      kind,
      action,
      pointerId: finger.pointerId,
      pressure,
      position: { ...point, ...screen },
    } as const;
    if (finger.mirror === undefined) return [first];
    const position = { ...mirrored(point, screen, finger.mirror), ...screen };
    return [first, { ...first, pointerId: virtualFinger, position }];
  }

  function pressButton(button: number): void {
    buttons.add(button);
    if (button === mouseButtons.right) stream.do({ kind: "back_or_screen_on", action: "down" });
    else if (button === mouseButtons.middle) stream.do(key("down", keyCodes.home));
    else if (button === mouseButtons.back) stream.do(key("down", keyCodes.recents));
    else stream.do({ kind: "expand_notification_panel" });
  }

  function releaseButton(button: number): void {
    if (!buttons.delete(button)) return;
    if (button === mouseButtons.right) stream.do({ kind: "back_or_screen_on", action: "up" });
    else if (button === mouseButtons.middle) stream.do(key("up", keyCodes.home));
    else if (button === mouseButtons.back) stream.do(key("up", keyCodes.recents));
  }

  function end(action: "up" | "cancel", id: number, pointer: Point | undefined): void {
    const finger = fingers.get(id);
    if (finger === undefined) return;
    fingers.delete(id);
    stream.do(...touch(action, finger, pointer ?? finger.last, 0));
    if (action === "cancel" || pointer === undefined) return;
    if (Math.max(finger.furthestPx, distance(finger.start, pointer)) <= tapSlopPx) needs.onTap(pointer);
  }

  return {
    down(event) {
      const pointer = pointOf(event);
      if (surface.screen() === undefined) return;
      if (!isOnPicture(pointer, contentBox(surface.element()), surface.picture())) return;
      // Where the pointer is gone already there is nothing to capture, and nothing lost.
      if (surface.element().isConnected) capture(surface.element(), event.pointerId);
      if (event.pointerType === "mouse" && event.button !== 0) return pressButton(event.button);
      if (fingers.size >= mostFingers || fingers.has(event.pointerId)) return undefined;
      const isMouse = event.pointerType === "mouse";
      const finger: Finger = {
        pointerId: isMouse ? genericFinger : BigInt(event.pointerId),
        start: pointer,
        last: pointer,
        furthestPx: 0,
        pressure: pressureOf(event),
        mirror: isMouse ? mirrorOf(event) : undefined,
      };
      fingers.set(event.pointerId, finger);
      stream.do(...touch("down", finger, pointer, finger.pressure));
      return undefined;
    },
    move(event) {
      // Further buttons of a mouse come as moves that name them.
      if (event.pointerType === "mouse" && event.button > 0) {
        if (isDown(event)) pressButton(event.button);
        else releaseButton(event.button);
        return;
      }
      if (event.pointerType === "mouse" && event.button === 0) {
        if (isDown(event)) this.down(event);
        else end("up", event.pointerId, pointOf(event));
        return;
      }
      const finger = fingers.get(event.pointerId);
      if (finger === undefined) return;
      const steps = event.getCoalescedEvents?.() ?? [];
      const path = (steps.length > 0 ? steps : [event]).flatMap((step) => {
        const pointer = pointOf(step);
        finger.furthestPx = Math.max(finger.furthestPx, distance(finger.start, pointer));
        finger.last = pointer;
        return touch("move", finger, pointer, pressureOf(step));
      });
      stream.move(path);
    },
    up(event) {
      if (event.pointerType === "mouse" && event.button > 0) releaseButton(event.button);
      else end("up", event.pointerId, pointOf(event));
    },
    cancel: (event) => end("cancel", event.pointerId, undefined),
    wheel(event) {
      const screen = surface.screen();
      const box = contentBox(surface.element());
      if (screen === undefined || !isOnPicture(pointOf(event), box, surface.picture())) return;
      const point = screenPoint(pointOf(event), box, surface.picture(), screen);
      const { horizontal, vertical } = wheelNotches(event);
      stream.scroll({ ...point, ...screen }, horizontal, vertical);
    },
    release() {
      for (const id of fingers.keys()) end("cancel", id, undefined);
      for (const button of buttons) releaseButton(button);
    },
  };
}

function capture(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // It was lifted before this turn came: its up is the next event.
  }
}

function key(action: "down" | "up", keyCode: number): ControlDeed {
  return { kind: "inject_keycode", action, keyCode };
}

/** Whether the button that this event is about is down after it. */
function isDown({ button, buttons }: PointerEvent): boolean {
  const bits = [1, 4, 2, 8, 16];
  return (buttons & (bits[button] ?? 0)) !== 0;
}

/** Screens that do not measure it say 0, and a mouse half. */
function pressureOf({ pointerType, pressure }: PointerEvent): number {
  return pointerType === "mouse" || pressure === 0 ? 1 : pressure;
}

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX, y: event.clientY };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
