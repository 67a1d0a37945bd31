import type { Size } from "../../../protocol/fields.ts";
import type { PictureFacts } from "../../../protocol/viewer.ts";

/**
 * The pixels that commands for this picture are measured in. A worker that knows only the event document does not send
 * the display's size: then it is the built size turned like the picture, or, without that, the picture itself.
 */
export function displaySizeOf({ width, height, screen }: PictureFacts, built: Size | undefined): Size {
  if (screen !== undefined) return screen;
  if (built === undefined) return { width, height };
  const long = Math.max(built.width, built.height);
  const short = Math.min(built.width, built.height);
  return width > height ? { width: long, height: short } : { width: short, height: long };
}
