import { concatenate } from "../../protocol/concatenate.ts";

/** What a file has: parts as they were written, joined only when somebody wants them in one piece. */
export interface Contents {
  readonly byteLength: number;
  parts(): readonly Uint8Array[];
  whole(): Uint8Array;
}

/** Keeps the parts: nobody may change them afterwards. */
export function makeContents(parts: readonly Uint8Array[]): Contents {
  let held = parts;
  return {
    byteLength: parts.reduce((sum, part) => sum + part.byteLength, 0),
    parts: () => held,
    whole() {
      const [first] = held;
      if (first && held.length === 1) return first;
      const joined = concatenate(held);
      held = [joined];
      return joined;
    },
  };
}
