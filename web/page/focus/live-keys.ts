import type { ControlDeed } from "../../../protocol/control-writer.ts";
import type { InputStream } from "./input-stream.ts";
import { keyCodes } from "./key-codes.ts";
import { keyCodeAt, metaStateOf } from "./physical-keys.ts";
import { makeTextBatch } from "./text-batch.ts";

export interface LiveKeysNeeds {
  stream: InputStream;
  /** Whether each key is sent as it stands on the keyboard, as games want it, and not as what it types. */
  isPhysical(): boolean;
  /** A text that is more than the phone's clipboard takes. */
  onTooLong(): void;
}

/** What a keyboard does to the phone. */
export interface LiveKeys {
  /** Whether the key was for the phone; else it is the page's, or types into the text box first. */
  down(event: KeyboardEvent): boolean;
  up(event: KeyboardEvent): void;
  /** What was typed, composed or dictated, in any language. */
  text(text: string): void;
  /** From the computer's clipboard. */
  paste(text: string): void;
  copy(kind: "copy" | "cut"): void;
  release(): void;
}

/** scrcpy reads no more of one text. */
const mostTextChars = 300;
/** What a phone's clipboard takes from scrcpy in one message, in UTF-8. */
const mostPasteBytes = 200_000;
/** Syllables come faster than an app pastes: two at once would paste the second one twice. */
const pasteWaitMs = 120;

/** Keys that type nothing, or do the same as on the phone. */
const editing = new Set(
  "Enter NumpadEnter Backspace Delete Insert Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight".split(
    " ",
  ),
);
/** Shortcuts of text fields that Android knows too, by what is printed on the key. */
const shortcuts: Readonly<Record<string, number>> = { a: 29, z: 54, y: 53 };

export function makeLiveKeys(needs: LiveKeysNeeds): LiveKeys {
  const { stream } = needs;
  const held = new Map<string, number>();
  const foreign = makeTextBatch((text) => setClipboard(text), pasteWaitMs);

  function setClipboard(text: string): void {
    if (new TextEncoder().encode(text).byteLength > mostPasteBytes) return needs.onTooLong();
    return stream.do({ kind: "set_clipboard", isPasted: true, text });
  }

  function press(event: KeyboardEvent, keyCode: number): void {
    foreign.flush();
    const metaState = metaStateOf(event);
    const down = {
      kind: "inject_keycode",
      action: "down",
      keyCode,
      repeat: event.repeat ? 1 : 0,
      metaState,
    } as const;
    if (event.metaKey) {
      // macOS tells nothing of a key that comes up while ⌘ is down.
      stream.do(down, { ...down, action: "up", repeat: 0 });
      return;
    }
    held.set(event.code, keyCode);
    stream.do(down);
  }

  function lift(place: string, metaState: number): void {
    const keyCode = held.get(place);
    if (keyCode === undefined) return;
    held.delete(place);
    stream.do({ kind: "inject_keycode", action: "up", keyCode, metaState });
  }

  /** The code of a key that is sent as a key; undefined for one that types, or that is the browser's own. */
  function keyOf(event: KeyboardEvent): number | undefined {
    const isShortcut = event.ctrlKey || event.metaKey;
    if (needs.isPhysical() && !event.metaKey) return keyCodeAt(event.code);
    if (event.getModifierState("AltGraph")) return undefined;
    if (editing.has(event.code)) {
      // With the number block's lock on, its arrows are digits.
      return event.key.length === 1 ? undefined : keyCodeAt(event.code);
    }
    if (isShortcut && !event.altKey) return shortcuts[event.key.toLowerCase()];
    return undefined;
  }

  return {
    down(event) {
      const isCopying = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const letter = event.key.toLowerCase();
      if (isCopying && (letter === "c" || letter === "x")) {
        if (!event.repeat) this.copy(letter === "c" ? "copy" : "cut");
        return true;
      }
      // The browser answers it with `paste`, which needs no permission.
      if (isCopying && letter === "v") return false;
      const keyCode = keyOf(event);
      if (keyCode === undefined) return false;
      press(event, keyCode);
      return true;
    },
    up: (event) => lift(event.code, metaStateOf(event)),
    text(text) {
      if (!hasKeys(text)) return foreign.add(text);
      foreign.flush();
      return stream.do(...typed(text));
    },
    paste(text) {
      foreign.flush();
      if (text !== "") setClipboard(text);
    },
    copy(copyKey) {
      foreign.flush();
      stream.do({ kind: "get_clipboard", copyKey });
    },
    release() {
      foreign.flush();
      for (const place of held.keys()) lift(place, 0);
    },
  };
}

/** A key that goes down and up. */
export function pressed(keyCode: number): ControlDeed[] {
  return [
    { kind: "inject_keycode", action: "down", keyCode },
    { kind: "inject_keycode", action: "up", keyCode },
  ];
}

/** Whether every character of it is on the keyboard that phones are given: ASCII. */
function hasKeys(text: string): boolean {
  return /^[\n -~]*$/.test(text);
}

/** A text of any language. */
export function typed(text: string): ControlDeed[] {
  if (!hasKeys(text)) return [{ kind: "set_clipboard", isPasted: true, text }];
  // A line break is a key to Android, and no character.
  return text
    .split("\n")
    .flatMap((line, at) => [
      ...(at > 0 ? pressed(keyCodes.enter) : []),
      ...pieces(line).map((piece) => ({ kind: "inject_text", text: piece }) as const),
    ]);
}

function pieces(line: string): string[] {
  const count = Math.ceil(line.length / mostTextChars);
  return Array.from({ length: count }, (_, at) => line.slice(at * mostTextChars, (at + 1) * mostTextChars));
}
