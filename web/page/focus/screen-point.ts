import type { Size } from "../../../protocol/fields.ts";

export interface Point {
  x: number;
  y: number;
}

/** The picture element's content box in client coordinates (CSS pixels). */
export interface Box extends Size {
  left: number;
  top: number;
}

/** The part of `box` that a picture of this size covers under `object-fit: contain`; the rest is letterbox. */
export function pictureBox(box: Box, picture: Size): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
    width,
    height,
  };
}

/** Whether a pointer is on the picture, not on the letterbox beside it. */
export function isOnPicture(pointer: Point, box: Box, picture: Size): boolean {
  const inner = pictureBox(box, picture);
  return (
    pointer.x >= inner.left &&
    pointer.x < inner.left + inner.width &&
    pointer.y >= inner.top &&
    pointer.y < inner.top + inner.height
  );
}

/** The display's pixel under a pointer, held inside the display: a drag may end beside the picture. */
export function screenPoint(pointer: Point, box: Box, picture: Size, screen: Size): Point {
  const inner = pictureBox(box, picture);
  return {
    x: pixelAt((pointer.x - inner.left) / inner.width, screen.width),
    y: pixelAt((pointer.y - inner.top) / inner.height, screen.height),
  };
}

function pixelAt(share: number, length: number): number {
  return Math.min(length - 1, Math.max(0, Math.floor(share * length)));
}

/** The content box of an element without padding, also under a CSS transform. */
export function contentBox(element: HTMLElement): Box {
  const outer = element.getBoundingClientRect();
  const scaleX = element.offsetWidth === 0 ? 1 : outer.width / element.offsetWidth;
  const scaleY = element.offsetHeight === 0 ? 1 : outer.height / element.offsetHeight;
  return {
    left: outer.left + element.clientLeft * scaleX,
    top: outer.top + element.clientTop * scaleY,
    width: element.clientWidth * scaleX,
    height: element.clientHeight * scaleY,
  };
}
