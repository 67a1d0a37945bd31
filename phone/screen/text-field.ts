/** What a person typed and where the caret stands. Moves by whole characters as people see them: a flag or 한 is one. */
export interface TextField {
  readonly text: string;
  /** Index into `text`, UTF-16. */
  readonly caret: number;
  insert(text: string): void;
  deleteBefore(): void;
  deleteAfter(): void;
  moveCaret(to: "left" | "right" | "start" | "end"): void;
  clear(): void;
}

const mostUnits = 10_000;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function makeTextField(): TextField {
  let text = "";
  let caret = 0;

  function before(): number {
    let last = 0;
    for (const { index } of segmenter.segment(text)) {
      if (index >= caret) break;
      last = index;
    }
    return last;
  }
  function after(): number {
    for (const { index } of segmenter.segment(text)) if (index > caret) return index;
    return text.length;
  }

  return {
    get text() {
      return text;
    },
    get caret() {
      return caret;
    },
    insert(added) {
      const fits = added.replaceAll("\r\n", "\n").slice(0, Math.max(0, mostUnits - text.length));
      text = text.slice(0, caret) + fits + text.slice(caret);
      caret += fits.length;
    },
    deleteBefore() {
      const start = before();
      text = text.slice(0, start) + text.slice(caret);
      caret = start;
    },
    deleteAfter() {
      text = text.slice(0, caret) + text.slice(after());
    },
    moveCaret(to) {
      if (to === "left") caret = before();
      else if (to === "right") caret = after();
      else caret = to === "start" ? 0 : text.length;
    },
    clear() {
      text = "";
      caret = 0;
    },
  };
}
