// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ControlDeed } from "../../../protocol/control-writer.ts";
import { makeLiveKeys, type LiveKeys } from "./live-keys.ts";

let deeds: ControlDeed[] = [];
let isPhysical = false;
let tooLong = 0;
let keys: LiveKeys;

beforeEach(() => {
  vi.useFakeTimers();
  deeds = [];
  isPhysical = false;
  tooLong = 0;
  keys = makeLiveKeys({
    stream: {
      do: (...done) => void deeds.push(...done),
      move: () => undefined,
      scroll: () => undefined,
      close: () => undefined,
    },
    isPhysical: () => isPhysical,
    onTooLong: () => (tooLong += 1),
  });
});
afterEach(() => vi.useRealTimers());

function event(code: string, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent("key", { code, key, ...more });
}
function words(): string[] {
  return deeds.map((deed) => {
    if (deed.kind === "inject_keycode") {
      return `${deed.action} ${deed.keyCode} ${deed.repeat ?? 0} ${(deed.metaState ?? 0).toString(16)}`;
    }
    return "text" in deed ? `${deed.kind} ${deed.text}` : deed.kind;
  });
}

describe("[K23] a keyboard that types", () => {
  test("sends what edits as keys, held, repeated and with what is held beside it", () => {
    expect(keys.down(event("ArrowLeft", "ArrowLeft", { shiftKey: true }))).toBe(true);
    expect(keys.down(event("ArrowLeft", "ArrowLeft", { shiftKey: true, repeat: true }))).toBe(true);
    keys.up(event("ArrowLeft", "ArrowLeft"));
    expect(words()).toEqual(["down 21 0 41", "down 21 1 41", "up 21 0 0"]);
  });

  test("leaves what types to the text box, and Escape, Tab and the browser's shortcuts to the page", () => {
    for (const left of [
      event("KeyA", "a"),
      event("Digit1", "!"),
      event("Escape", "Escape"),
      event("Tab", "Tab"),
      event("KeyT", "t", { ctrlKey: true }),
      event("F5", "F5"),
      event("KeyV", "v", { ctrlKey: true }),
      event("Numpad4", "4"),
    ]) {
      expect(keys.down(left)).toBe(false);
    }
    expect(deeds).toEqual([]);
  });

  test("knows the shortcuts of text fields", () => {
    keys.down(event("KeyA", "a", { ctrlKey: true }));
    keys.up(event("KeyA", "a", { ctrlKey: true }));
    expect(words()).toEqual(["down 29 0 3000", "up 29 0 3000"]);
  });

  test("on a Mac, where nobody hears of a key that comes up beside ⌘, lifts it at once", () => {
    keys.down(event("KeyA", "a", { metaKey: true }));
    expect(words()).toEqual(["down 29 0 30000", "up 29 0 30000"]);
  });

  test("types ASCII at once, in pieces that scrcpy reads, and its line breaks as Enter", () => {
    keys.text("ab\nc");
    expect(words()).toEqual(["inject_text ab", "down 66 0 0", "up 66 0 0", "inject_text c"]);
    deeds = [];
    keys.text("x".repeat(601));
    expect(deeds).toHaveLength(3);
  });

  test("pastes what has no keys, syllables together, before whatever comes after", () => {
    keys.text("안녕");
    keys.text("하세요 🙂");
    expect(deeds).toEqual([]);
    keys.text("ok");
    expect(words()).toEqual(["set_clipboard 안녕하세요 🙂", "inject_text ok"]);
    expect(deeds[0]).toMatchObject({ isPasted: true });
    keys.text("끝");
    vi.runAllTimers();
    expect(words().at(-1)).toBe("set_clipboard 끝");
  });
});

test("[K23] a keyboard for games sends each key where it stands, and says what was held", () => {
  isPhysical = true;
  keys.down(event("KeyW", "ц"));
  keys.down(event("ShiftLeft", "Shift", { shiftKey: true }));
  keys.down(event("Tab", "Tab"));
  keys.release();
  expect(words()).toEqual([
    "down 51 0 0",
    "down 59 0 41",
    "down 61 0 0",
    "up 51 0 0",
    "up 59 0 0",
    "up 61 0 0",
  ]);
  expect(keys.down(event("Escape", "Escape"))).toBe(false);
});

describe("[K24] the clipboards", () => {
  test("copy and cut happen on the phone", () => {
    expect(keys.down(event("KeyC", "c", { ctrlKey: true }))).toBe(true);
    expect(keys.down(event("KeyX", "x", { metaKey: true }))).toBe(true);
    expect(deeds).toEqual([
      { kind: "get_clipboard", copyKey: "copy" },
      { kind: "get_clipboard", copyKey: "cut" },
    ]);
  });

  test("paste lays the computer's text on the phone and pastes it, unless it is too long", () => {
    keys.paste("plain 한국어\ntwo lines");
    keys.paste("x".repeat(300_000));
    keys.paste("");
    expect(deeds).toEqual([{ kind: "set_clipboard", isPasted: true, text: "plain 한국어\ntwo lines" }]);
    expect(tooLong).toBe(1);
  });
});
