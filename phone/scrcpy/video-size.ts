import type { Size } from "../display.ts";

/** The picture scrcpy 3.3.3 makes of a display: its long edge within `maxSize` (0: no limit), both edges multiples of 8. */
export function fitVideo(display: Size, maxSize: number): Size {
  return roundTo8(limit(display, maxSize));
}

function limit(size: Size, maxSize: number): Size {
  const major = Math.max(size.width, size.height);
  if (maxSize === 0 || major <= maxSize) return size;
  const minor = Math.floor((maxSize * Math.min(size.width, size.height)) / major);
  return orient(size, maxSize, minor);
}

/** The long edge is rounded down so as not to exceed the limit, the short one to the nearest to keep the aspect. */
function roundTo8(size: Size): Size {
  if (((size.width | size.height) & 7) === 0) return size;
  const major = Math.max(size.width, size.height) & ~7;
  const minor = (Math.min(size.width, size.height) + 4) & ~7;
  return orient(size, major, Math.min(minor, major));
}

function orient(like: Size, major: number, minor: number): Size {
  return like.height > like.width ? { width: minor, height: major } : { width: major, height: minor };
}

export function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
