/** The hues around the touch marks' magenta, which nothing else on the screen has. */
const forbiddenHues = { from: 270, to: 345 };

/** Turns any number of degrees into a hue that no touch mark has. */
export function safeHue(degrees: number): number {
  const allowed = 360 - (forbiddenHues.to - forbiddenHues.from);
  const within = ((degrees % allowed) + allowed) % allowed;
  return (forbiddenHues.to + within) % 360;
}
