import type { PaintContext } from "./paint-context.ts";

export interface PaintCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fillStyle: unknown;
}

/** A paint context for tests: notes every call with the fill colour it found. A letter is 8 wide. */
export function makeRecordingContext(): { context: PaintContext; calls: PaintCall[] } {
  const calls: PaintCall[] = [];
  const state: Record<string, unknown> = { fillStyle: "" };
  const gradient = { addColorStop: () => undefined };
  const answers: Record<string, (...args: never[]) => unknown> = {
    measureText: (text: string) => ({ width: text.length * 8 }),
    createLinearGradient: () => gradient,
    createRadialGradient: () => gradient,
  };
  const context = new Proxy(state, {
    get(_target, name: string) {
      if (Object.hasOwn(state, name)) return state[name];
      return (...args: never[]) => {
        calls.push({ name, args, fillStyle: state["fillStyle"] });
        return answers[name]?.(...args);
      };
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the proxy answers to every name
  return { context: context as unknown as PaintContext, calls };
}
