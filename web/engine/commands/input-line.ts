import type { AnyCommand } from "../../../protocol/command.ts";
import { quoteForShell } from "../device/shell-quote.ts";

export const defaultSwipeMs = 300;

/** Whether `input text` and scrcpy's text message can type it: both know only characters that a key makes. */
export function isTypeable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/**
 * `input text` turns `%s` into a space and knows no way to write those two characters themselves, so a text that
 * has them is cut between them.
 */
function typeLine(text: string): string {
  return text
    .split(/(?<=%)(?=s)/)
    .map((piece) => `input text ${quoteForShell(piece.replaceAll(" ", "%s"))}`)
    .join(" && ");
}

/** The line for the device's sh that does a tap, swipe, key or typeable text; undefined for other commands. */
export function inputLine({ command_type: type, params }: AnyCommand): string | undefined {
  const { x = 0, y = 0, x2 = 0, y2 = 0, duration = defaultSwipeMs, keycode = 0, text = "" } = params;
  switch (type) {
    case "tap":
      return `input tap ${Math.round(x)} ${Math.round(y)}`;
    case "swipe":
      return `input swipe ${[x, y, x2, y2, duration].map((value) => Math.round(value)).join(" ")}`;
    case "keyevent":
      return `input keyevent ${keycode}`;
    case "text":
      return isTypeable(text) ? typeLine(text) : undefined;
    default:
      return undefined;
  }
}
