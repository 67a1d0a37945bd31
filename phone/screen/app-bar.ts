import type { Stage } from "./app.ts";
import { makeLabel, type View } from "./view.ts";

export const appBarHeight = 64;

/** An app's plain background and its title. */
export function layAppBar({ screen, content, theme }: Stage, title: string): View[] {
  return [
    {
      bounds: screen,
      kind: "",
      paint(context) {
        context.fillStyle = theme.background;
        context.fillRect(screen.x, screen.y, screen.width, screen.height);
      },
    },
    makeLabel({
      bounds: { x: content.x + 24, y: content.y, width: content.width - 48, height: appBarHeight },
      id: "title",
      text: title,
      size: 24,
      color: theme.text,
    }),
  ];
}
