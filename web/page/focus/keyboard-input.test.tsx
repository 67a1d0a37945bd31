// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ControlDeed } from "../../../protocol/control-writer.ts";
import type { CommandOrder } from "../link/command-desk.ts";
import { createToasts, ToastContext } from "../toast/toasts.ts";
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
let isLive = false;
let deeds: ControlDeed[] = [];
let releaseAll = () => {};
let dispose = () => {};
let box: HTMLTextAreaElement;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  left = 0;
  isLive = false;
  deeds = [];
  const control: FocusControl = {
    device: () => device,
    send(order) {
      sent.push(order);
      return { id: "", ended: new Promise(() => {}) };
    },
    hand: {
      isLive: () => isLive,
      trouble: () => undefined,
      isPrivate: () => false,
      setPrivate: () => undefined,
      stream: {
        do: (...done) => void deeds.push(...done),
        move: () => undefined,
        scroll: () => undefined,
        close: () => undefined,
      },
      onRelease: (release) => void (releaseAll = release),
    },
    hindrance: () => undefined,
    shellHindrance: () => undefined,
    type: () => undefined,
    press: (keycode) => void control.send({ type: "keyevent", params: { keycode } }),
  };
  dispose = render(
    () => (
      <ToastContext.Provider value={createToasts()}>
        <FocusContext.Provider value={control}>
          <KeyboardInput
            ref={(element) => {
              box = element;
            }}
            isPhysical={false}
            onLeave={() => {
              left += 1;
            }}
          />
        </FocusContext.Provider>
      </ToastContext.Provider>
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

describe("[K23] live", () => {
  beforeEach(() => {
    isLive = true;
  });

  test("what is typed goes at once, composed text when it is composed, and keys as keys", () => {
    type("h");
    expect(deeds).toEqual([{ kind: "inject_text", text: "h" }]);
    box.value = "안";
    box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "안" }));
    press("Enter", { code: "Enter" });
    box.dispatchEvent(new KeyboardEvent("keyup", { key: "Enter", code: "Enter", bubbles: true }));
    expect(deeds.slice(1)).toMatchObject([
      { kind: "set_clipboard", text: "안", isPasted: true },
      { kind: "inject_keycode", action: "down", keyCode: 66 },
      { kind: "inject_keycode", action: "up", keyCode: 66 },
    ]);
    expect(sent).toEqual([]);
  });

  test("[K24] a paste is the computer's clipboard", () => {
    const event = new Event("paste", { bubbles: true, cancelable: true });
    box.dispatchEvent(Object.assign(event, { clipboardData: { getData: () => "from here" } }));
    expect(deeds).toEqual([{ kind: "set_clipboard", text: "from here", isPasted: true }]);
    expect(event.defaultPrevented).toBe(true);
  });

  test("[K22] a held key comes up when the keyboard goes elsewhere", () => {
    press("ArrowDown", { code: "ArrowDown" });
    box.dispatchEvent(new FocusEvent("blur"));
    press("ArrowUp", { code: "ArrowUp" });
    releaseAll();
    expect(deeds.map((deed) => "action" in deed && deed.action)).toEqual(["down", "up", "down", "up"]);
  });
});
