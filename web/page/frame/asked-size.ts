/** The short edges that are asked for: every change costs the phone a new encoder. */
const steps = [144, 216, 300, 400, 540, 720, 900, 1080] as const;
/** A picture this much smaller than what is shown is not seen to be smaller. */
const unseen = 0.9;
/** Below this share of a smaller step it is enough; between the two nothing changes, so that zooming does not thrash. */
const farBelow = 0.75;

/** What to ask for so that `shownPx` (pixels of the viewer's display, short edge) are sharp, `asked` being asked now. */
export function askedShortEdge(shownPx: number, asked?: number): number {
  const enough = stepFor(shownPx * unseen);
  if (asked === undefined || enough >= asked) return enough;
  return Math.min(asked, stepFor(shownPx / farBelow));
}

function stepFor(px: number): number {
  return steps.find((step) => step >= px) ?? 1080;
}
