import type { MediaHeader } from "../../protocol/media-packet.ts";
import type { PictureFacts } from "../../protocol/viewer.ts";

/** What is told of a picture: its own size as it was decoded, and what its header says of the display. */
export function factsOf(
  { screenWidth, screenHeight }: MediaHeader,
  picture: { width: number; height: number } | VideoFrame,
): PictureFacts {
  const { width, height } =
    "displayWidth" in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
  const isKnown = screenWidth > 0 && screenHeight > 0;
  return { width, height, ...(isKnown ? { screen: { width: screenWidth, height: screenHeight } } : {}) };
}

export function isSameFacts(a: PictureFacts | undefined, b: PictureFacts): boolean {
  return (
    a?.width === b.width &&
    a.height === b.height &&
    a.screen?.width === b.screen?.width &&
    a.screen?.height === b.screen?.height
  );
}
