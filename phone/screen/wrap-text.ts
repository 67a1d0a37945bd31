import type { PaintContext } from "./paint-context.ts";

export interface Line {
  readonly text: string;
  /** Index of its first UTF-16 unit in the whole text. */
  readonly start: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Breaks text into lines that fit in the context's font, after a space where there is one, else between characters. */
export function wrapText(context: Pick<PaintContext, "measureText">, text: string, width: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let lastSpace = -1;
  for (const { segment, index } of segmenter.segment(text)) {
    if (segment === "\n") {
      lines.push({ text: text.slice(start, index), start });
      start = index + 1;
      lastSpace = -1;
      continue;
    }
    if (segment === " ") lastSpace = index;
    else if (index > start && context.measureText(text.slice(start, index + segment.length)).width > width) {
      const end = lastSpace > start ? lastSpace + 1 : index;
      lines.push({ text: text.slice(start, end), start });
      start = end;
      lastSpace = -1;
    }
  }
  lines.push({ text: text.slice(start), start });
  return lines;
}
