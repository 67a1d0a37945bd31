import type { Display, PointerChange } from "../../display.ts";
import { parseKeyCode } from "../key-name.ts";
import { type CommandTable, complain, type Process } from "../process.ts";
import { waitMs } from "./text.ts";

const sources = new Set([
  "keyboard",
  "dpad",
  "gamepad",
  "touchscreen",
  "touchpad",
  "mouse",
  "stylus",
  "trackball",
  "touchnavigation",
  "joystick",
]);

/** `input` moves the pointer this often; a finger reports at about 120 Hz. */
const stepMs = 8;
const longPressMs = 500;
const defaultSwipeMs = 300;
/** The shell's own finger, apart from those of scrcpy. */
const pointerId = 0;

const motionActions = new Map<string, PointerChange["action"]>([
  ["DOWN", "down"],
  ["MOVE", "move"],
  ["UP", "up"],
  ["CANCEL", "cancel"],
]);

type InputCommand = (process: Process, args: readonly string[]) => Promise<boolean>;

/** Each answers whether its arguments made sense. */
const inputCommands: Readonly<Record<string, InputCommand>> = {
  async tap({ android: { display } }, args) {
    const [x, y] = numbers(args, 2);
    if (x === undefined || y === undefined) return false;
    display.pointer({ action: "down", id: pointerId, x, y });
    display.pointer({ action: "up", id: pointerId, x, y });
    return true;
  },

  async swipe(process, args) {
    return await drag(process, args, 0);
  },

  async draganddrop(process, args) {
    return await drag(process, args, longPressMs);
  },

  async motionevent({ android: { display } }, [action = "", ...rest]) {
    const [x, y] = numbers(rest, 2);
    const kind = motionActions.get(action.toUpperCase());
    if (x === undefined || y === undefined || !kind) return false;
    display.pointer({ action: kind, id: pointerId, x, y });
    return true;
  },

  async text(process, [text]) {
    if (text === undefined) return false;
    const typed = text.replaceAll("%s", " ");
    // Android makes key events from its virtual keyboard's character map, which has nothing beyond ASCII.
    if (/[^\x20-\x7e\n\t]/.test(typed)) throw new NoSuchKey();
    process.android.display.type(typed);
    return true;
  },

  async keyevent(process, args) {
    const isLong = args.includes("--longpress");
    const isDouble = args.includes("--doubletap");
    const codes = args.filter((arg) => !arg.startsWith("--")).map(parseKeyCode);
    if (codes.length === 0) return false;
    for (const code of codes) {
      // Android presses KEYCODE_UNKNOWN for a name it does not know.
      const keyCode = code ?? 0;
      await press(process, keyCode, isLong ? longPressMs : 0);
      if (isDouble) await press(process, keyCode, 0);
    }
    return true;
  },
};

class NoSuchKey extends Error {}

async function press(
  { android: { display }, signal }: Process,
  keyCode: number,
  holdMs: number,
): Promise<void> {
  display.key({ action: "down", keyCode, metaState: 0 });
  if (holdMs > 0) await waitMs(holdMs, signal);
  display.key({ action: "up", keyCode, metaState: 0 });
}

async function drag(process: Process, args: readonly string[], holdMs: number): Promise<boolean> {
  const [x1, y1, x2, y2, durationMs = defaultSwipeMs] = numbers(args, 4);
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return false;
  const { display, clock } = process.android;
  display.pointer({ action: "down", id: pointerId, x: x1, y: y1 });
  if (holdMs > 0) await waitMs(holdMs, process.signal);
  await moveSteadily(
    display,
    { x1, y1, x2, y2 },
    durationMs < 0 ? defaultSwipeMs : durationMs,
    clock.now,
    process.signal,
  );
  // Lifted although the shell may have ended: no finger stays on the glass for ever.
  display.pointer({ action: process.signal.aborted ? "cancel" : "up", id: pointerId, x: x2, y: y2 });
  return true;
}

async function moveSteadily(
  display: Display,
  { x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number },
  durationMs: number,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const startMs = now();
  for (;;) {
    const part = durationMs === 0 ? 1 : Math.min(1, (now() - startMs) / durationMs);
    display.pointer({ action: "move", id: pointerId, x: x1 + (x2 - x1) * part, y: y1 + (y2 - y1) * part });
    if (part >= 1 || signal.aborted) return;
    await waitMs(stepMs, signal);
  }
}

/** All numbers, or none when one is missing or is no number. */
function numbers(args: readonly string[], least: number): number[] {
  const values = args.map((arg) => (arg.trim() === "" ? Number.NaN : Number(arg)));
  return values.length < least || values.some(Number.isNaN) ? [] : values;
}

export const inputFamily: CommandTable = {
  async input(process) {
    let args = [...process.args];
    if (args[0] !== undefined && sources.has(args[0])) args = args.slice(1);
    if (args[0] === "-d") args = args.slice(2);
    const [name = "", ...rest] = args;
    const command = Object.hasOwn(inputCommands, name) ? inputCommands[name] : undefined;
    if (!command) return await complain(process, `Error: Unknown command: ${name}\n${usage}`, 255);
    try {
      if (await command(process, rest)) return 0;
      return await complain(process, `Error: Invalid arguments for command: ${name}\n${usage}`, 255);
    } catch (error) {
      if (!(error instanceof NoSuchKey)) throw error;
      const reason = "java.lang.NullPointerException: Attempt to get length of null array";
      return await complain(process, `\nException occurred while executing '${name}':\n${reason}`, 255);
    }
  },
};

const usage = `Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The commands and default sources are:
      text <string> (Default: touchscreen)
      keyevent [--longpress|--doubletap] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)`;
