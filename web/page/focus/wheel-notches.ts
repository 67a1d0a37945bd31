/** What Chrome says of one notch of a wheel, in CSS pixels and in lines. */
const pixelsPerNotch = 100;
const linesPerNotch = 3;

/** A turn of a wheel, or a stroke on a touchpad, in notches as Android takes them: positive is to the right and up. */
export function wheelNotches({
  deltaX,
  deltaY,
  deltaMode,
}: Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">): { horizontal: number; vertical: number } {
  const perNotch = [pixelsPerNotch, linesPerNotch, 1][deltaMode] ?? pixelsPerNotch;
  // Not minus zero, which is no other turn than none.
  return { horizontal: deltaX / perNotch || 0, vertical: -deltaY / perNotch || 0 };
}
