import { fillRound } from "./ink.ts";
import type { PaintContext } from "./paint-context.ts";
import type { Rect } from "./rect.ts";
import type { View } from "./view.ts";

/** Gestures came with Android 10 and became usual with 12; older phones have three buttons. */
const firstGestureSdk = 31;
const gestureHeight = 24;
const buttonsHeight = 48;

export function hasGestures(sdk: number): boolean {
  return sdk >= firstGestureSdk;
}

export function navigationBarHeight(sdk: number): number {
  return hasGestures(sdk) ? gestureHeight : buttonsHeight;
}

export interface NavigationActions {
  back: () => void;
  home: () => void;
  recents: () => void;
}

export function layNavigationBar(
  screen: Rect,
  sdk: number,
  color: string,
  actions: NavigationActions,
): View[] {
  const height = navigationBarHeight(sdk);
  const top = screen.y + screen.height - height;
  const center = screen.x + screen.width / 2;
  if (hasGestures(sdk)) {
    const pill = { x: center - 64, y: top + 10, width: 128, height: 4.5 };
    return [{ bounds: pill, kind: "", paint: (context) => fillRound(context, pill, 2.25, color) }];
  }
  const step = Math.min(screen.width / 4, 120);
  const button = (id: keyof NavigationActions, at: number, shape: Shape): View => {
    const x = center + at * step;
    return {
      bounds: { x: x - step / 2, y: top, width: step, height },
      kind: "ImageView",
      id,
      radius: height / 2,
      onTap: actions[id],
      paint(context) {
        context.strokeStyle = color;
        context.lineWidth = 2;
        context.lineJoin = "round";
        context.beginPath();
        shape(context, x, top + height / 2);
        context.stroke();
      },
    };
  };
  return [button("back", -1, triangle), button("home", 0, circle), button("recents", 1, square)];
}

type Shape = (context: PaintContext, x: number, y: number) => void;

const triangle: Shape = (context, x, y) => {
  context.moveTo(x + 6, y - 7.5);
  context.lineTo(x - 7.5, y);
  context.lineTo(x + 6, y + 7.5);
  context.closePath();
};
const circle: Shape = (context, x, y) => context.arc(x, y, 7.5, 0, Math.PI * 2);
const square: Shape = (context, x, y) => context.roundRect(x - 6.5, y - 6.5, 13, 13, 2);
