import type { CommandParams, CommandType } from "../../../protocol/command.ts";
import { keyNameOf } from "../focus/key-codes.ts";

const wordsOf: Record<CommandType, (params: CommandParams) => string> = {
  tap: ({ x, y }) => `Tap ${x}, ${y}`,
  swipe: ({ x, y, x2, y2 }) => (x === x2 && y === y2 ? `Hold ${x}, ${y}` : `Swipe ${x}, ${y} → ${x2}, ${y2}`),
  keyevent: ({ keycode }) => keyNameOf(keycode ?? 0),
  text: ({ text }) => `Type “${text}”`,
  shell: ({ shellCommand }) => `$ ${shellCommand}`,
  screenshot: () => "Screenshot",
};

/** What a command does, in a few words. */
export function commandWords(command: { type: CommandType; params: CommandParams }): string {
  return wordsOf[command.type](command.params);
}
