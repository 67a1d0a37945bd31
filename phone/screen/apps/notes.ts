import type { App, AppHost, Stage } from "../app.ts";
import { appBarHeight, layAppBar } from "../app-bar.ts";
import { clipped, fillRound, fontOf, paintText } from "../ink.ts";
import type { PaintContext } from "../paint-context.ts";
import { inset, type Rect } from "../rect.ts";
import { makeScroller } from "../scroller.ts";
import { makeTextField, type TextField } from "../text-field.ts";
import type { Theme } from "../theme.ts";
import { makeButton, makeLabel, type View } from "../view.ts";
import { wrapText } from "../wrap-text.ts";

const lineHeight = 24;
const fieldHeight = 132;
const noteHeight = 68;
const gap = 8;
const hintText = "Write a note";

/** A field that has the focus from the start, a button that keeps what is in it, and the list of what was kept. */
export function openNotes(_host: AppHost): App {
  const field = makeTextField();
  const scroller = makeScroller();
  const notes: string[] = [];
  let isFocused = true;

  function save(): void {
    if (field.text.trim() === "") return;
    notes.unshift(field.text);
    field.clear();
  }

  return {
    scroller,
    get field() {
      return isFocused ? field : undefined;
    },
    layout(stage) {
      const { content, theme } = stage;
      const isWide = content.width > content.height;
      const column = isWide ? content.width / 2 : content.width;
      const top = content.y + appBarHeight;
      const box = { x: content.x + 16, y: top, width: column - 32, height: fieldHeight };
      const below = top + fieldHeight + 12;
      const list: Rect = isWide
        ? { x: content.x + column, y: top, width: column - 16, height: content.height - appBarHeight }
        : {
            x: content.x + 16,
            y: below + 60,
            width: column - 32,
            height: content.y + content.height - below - 60,
          };
      return [
        ...layAppBar(stage, "Notes"),
        layField(box, field, isFocused, theme, () => {
          isFocused = true;
        }),
        makeLabel({
          bounds: { x: box.x + 8, y: below, width: box.width - 128, height: 44 },
          id: "count",
          text: notes.length === 1 ? "1 note" : `${notes.length} notes`,
          size: 15,
          color: theme.faint,
        }),
        makeButton(
          {
            bounds: { x: box.x + box.width - 104, y: below, width: 104, height: 44 },
            id: "save",
            text: "Save",
            onTap: save,
          },
          theme,
        ),
        ...layNotes(list, notes, stage),
      ];
    },
  };

  function layNotes(list: Rect, kept: readonly string[], { now, theme }: Stage): View[] {
    scroller.limit(kept.length * (noteHeight + gap) - list.height);
    const offset = scroller.offset(now);
    return kept.map((text, index) => {
      const y = list.y + index * (noteHeight + gap) - offset;
      const bounds = { x: list.x, y, width: list.width, height: noteHeight };
      return {
        bounds,
        clip: list,
        kind: "TextView",
        id: "note",
        text,
        paint(context) {
          fillRound(context, bounds, 18, theme.surface);
          const style = { size: 16, color: theme.text, maxWidth: bounds.width - 36 };
          paintText(context, text.replaceAll("\n", " "), bounds.x + 18, y + noteHeight / 2, style);
        },
      };
    });
  }
}

function layField(bounds: Rect, field: TextField, isFocused: boolean, theme: Theme, onTap: () => void): View {
  return {
    bounds,
    kind: "EditText",
    id: "field",
    text: field.text,
    isFocused,
    radius: 18,
    onTap,
    paint(context) {
      fillRound(context, bounds, 18, isFocused ? theme.accent : theme.outline);
      fillRound(context, inset(bounds, isFocused ? 2 : 1), 17, theme.surface);
      const inside = inset(bounds, 16);
      clipped(context, inset(bounds, 4), () => paintContent(context, inside));
    },
  };

  function paintContent(context: PaintContext, inside: Rect): void {
    const style = { size: 18, color: theme.text };
    context.font = fontOf(style.size);
    const lines = wrapText(context, field.text, inside.width);
    const caretLine = Math.max(
      0,
      lines.findLastIndex(({ start }) => start <= field.caret),
    );
    const visible = Math.floor(inside.height / lineHeight);
    const first = Math.max(0, caretLine - visible + 1);
    if (field.text === "")
      paintText(context, hintText, inside.x, inside.y + lineHeight / 2, { ...style, color: theme.faint });
    lines.slice(first, first + visible + 1).forEach((line, row) => {
      paintText(context, line.text, inside.x, inside.y + (row + 0.5) * lineHeight, style);
    });
    if (!isFocused) return;
    const current = lines[caretLine];
    if (current === undefined) return;
    context.font = fontOf(style.size);
    const before = context.measureText(current.text.slice(0, field.caret - current.start)).width;
    // It does not blink: a screen on which nothing happens must stay as it is.
    const caret = {
      x: inside.x + before,
      y: inside.y + (caretLine - first) * lineHeight + 1,
      width: 2,
      height: 22,
    };
    fillRound(context, caret, 1, theme.accent);
  }
}
