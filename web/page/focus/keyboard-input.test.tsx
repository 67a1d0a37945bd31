// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandOrder } from "../link/command-desk.ts";
import { KeyboardInput } from "./keyboard-input.tsx";
import { FocusContext, type FocusControl } from "./use-focus.ts";

const device = {
  device_id: "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11",
  serial_number: "S1",
  pc_id: "desk-1",
  status: "idle",
  health_status: "healthy",
  last_seen_at: "2026-11-23T04:20:00.000Z",
  version: 1,
} as const;

let sent: Omit<CommandOrder, "deviceIds">[] = [];
let left = 0;
let dispose = () => {};
let box: HTMLTextAreaElement;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  left = 0;
  const control: FocusControl = {
    device: () => device,
    send(order) {
      sent.push(order);
      return { id: "", ended: new Promise(() => {}) };
    },
    hindrance: () => undefined,
    shellHindrance: () => undefined,
    press: (keycode) => void control.send({ type: "keyevent", params: { keycode } }),
  };
  dispose = render(
    () => (
      <FocusContext.Provider value={control}>
        <KeyboardInput
          ref={(element) => {
            box = element;
          }}
          onLeave={() => {
            left += 1;
          }}
        />
      </FocusContext.Provider>
    ),
    document.body,
  );
});

afterEach(() => {
  dispose();
  vi.useRealTimers();
});

function press(key: string, more: KeyboardEventInit = {}): void {
  box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

function type(text: string): void {
  box.value += text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
}

test("a key does not overtake the text typed before it", () => {
  type("h");
  type("i");
  press("Enter");
  expect(sent).toEqual([
    { type: "text", params: { text: "hi" } },
    { type: "keyevent", params: { keycode: 66 } },
  ]);
});

test("composed text is sent when it is composed", () => {
  box.dispatchEvent(new CompositionEvent("compositionstart"));
  box.value = "하";
  box.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
  vi.advanceTimersByTime(500);
  expect(sent).toEqual([]);
  box.value = "한";
  box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  vi.advanceTimersByTime(150);
  expect(sent).toEqual([{ type: "text", params: { text: "한" } }]);
  expect(box.value).toBe("");
});

test("Escape leaves, Tab and shortcuts stay with the page", () => {
  press("Escape");
  press("Tab");
  press("Enter", { ctrlKey: true });
  expect(left).toBe(1);
  expect(sent).toEqual([]);
});
