import type { Display } from "./display.ts";

/** One finger, from when it came down; positions in the display's own pixels, as it was turned then. */
export interface RecordedTouch {
  x: number;
  y: number;
  /** How often it moved. */
  moves: number;
}

const mostTouches = 16;

/** What the glass itself felt, whoever touched it: the newest touches, oldest first. `onEnd` hears of each finger's end. */
export function recordTouches(display: Display, onEnd: () => void): () => RecordedTouch[] {
  const touches: RecordedTouch[] = [];
  const down = new Map<number, RecordedTouch>();
  const feel = display.pointer.bind(display);
  display.pointer = (change) => {
    const { action, id, x, y } = change;
    if (action === "down") {
      const touch = { x, y, moves: 0 };
      down.set(id, touch);
      touches.push(touch);
      if (touches.length > mostTouches) touches.shift();
    }
    const touch = down.get(id);
    if (touch !== undefined && action === "move") touch.moves += 1;
    feel(change);
    if (action !== "up" && action !== "cancel") return;
    down.delete(id);
    onEnd();
  };
  return () => touches.map((touch) => ({ ...touch }));
}
