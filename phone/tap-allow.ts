import type { Display, ScreenNode } from "./display.ts";

/** A finger on the "Allow" of "Allow USB debugging?", for who cannot aim at it. Does nothing when the phone does not ask. */
export function tapAllow(display: Display): void {
  const button = allNodes(display.describe()).find((node) => node.isClickable && node.text === "Allow");
  if (button === undefined) return;
  const { left, top, right, bottom } = button.bounds;
  const finger = { id: 0, x: (left + right) / 2, y: (top + bottom) / 2 };
  display.pointer({ ...finger, action: "down" });
  display.pointer({ ...finger, action: "up" });
}

function allNodes(node: ScreenNode): ScreenNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}
