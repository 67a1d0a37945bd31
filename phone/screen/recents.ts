import type { InstalledApp, Stage } from "./app.ts";
import { fillRound, paintText } from "./ink.ts";
import type { Rect } from "./rect.ts";
import { makeButton, makeLabel, type View } from "./view.ts";

const cardSize = { width: 148, height: 196, gap: 16 };

export interface RecentsActions {
  open: (packageName: string) => void;
  clear: () => void;
  close: () => void;
}

/** The apps that run, newest first; as many as fit. */
export function layRecents(stage: Stage, apps: readonly InstalledApp[], actions: RecentsActions): View[] {
  const { screen, content, theme } = stage;
  const columns = Math.max(1, Math.floor((content.width - cardSize.gap) / (cardSize.width + cardSize.gap)));
  const rows = Math.max(1, Math.floor((content.height - 90) / (cardSize.height + cardSize.gap)));
  const shown = apps.slice(0, columns * rows);
  const used = Math.min(columns, Math.max(1, shown.length));
  const lines = Math.ceil(shown.length / used);
  const left = content.x + (content.width - used * (cardSize.width + cardSize.gap) + cardSize.gap) / 2;
  const top = content.y + (content.height - 72 - lines * (cardSize.height + cardSize.gap)) / 2;
  return [
    {
      bounds: screen,
      kind: "View",
      id: "scrim",
      onTap: actions.close,
      paint(context) {
        context.fillStyle = `hsl(${theme.hue} 24% ${theme.isDark ? 9 : 22}% / 94%)`;
        context.fillRect(screen.x, screen.y, screen.width, screen.height);
      },
    },
    ...(shown.length === 0
      ? [
          makeLabel({
            bounds: { ...content, y: content.y + content.height / 2 - 20, height: 40 },
            text: "No recent items",
            size: 17,
            color: "#ffffff",
            align: "center",
          }),
        ]
      : [
          makeButton(
            {
              bounds: {
                x: screen.width / 2 - 64,
                y: content.y + content.height - 64,
                width: 128,
                height: 44,
              },
              id: "clear_all",
              text: "Clear all",
              onTap: actions.clear,
            },
            theme,
          ),
        ]),
    ...shown.map((app, index) =>
      layCard(
        app,
        {
          x: left + (index % used) * (cardSize.width + cardSize.gap),
          y: top + Math.floor(index / used) * (cardSize.height + cardSize.gap),
          width: cardSize.width,
          height: cardSize.height,
        },
        stage,
        actions,
      ),
    ),
  ];
}

function layCard(app: InstalledApp, bounds: Rect, { theme }: Stage, actions: RecentsActions): View {
  return {
    bounds,
    kind: "FrameLayout",
    id: "task",
    text: app.label,
    radius: 24,
    onTap: () => actions.open(app.packageName),
    paint(context) {
      fillRound(context, bounds, 24, theme.background);
      const x = bounds.x + bounds.width / 2;
      app.icon(context, { x: x - 34, y: bounds.y + 44, width: 68, height: 68 });
      paintText(context, app.label, x, bounds.y + 150, {
        size: 16,
        weight: 500,
        color: theme.text,
        align: "center",
      });
    },
  };
}
