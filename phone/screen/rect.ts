/** A rectangle in dp (160 to the inch), as everything on the screen but the touch marks. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

export function contains(rect: Rect, point: Point): boolean {
  const isAcross = point.x >= rect.x && point.x < rect.x + rect.width;
  return isAcross && point.y >= rect.y && point.y < rect.y + rect.height;
}

export function inset(rect: Rect, by: number): Rect {
  return { x: rect.x + by, y: rect.y + by, width: rect.width - 2 * by, height: rect.height - 2 * by };
}

export function centerOf(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}
