import type { Size } from "../../../protocol/fields.ts";
import type { StreamFrame } from "../../../protocol/stream.ts";

type Turned = Pick<StreamFrame, "width" | "height" | "screen_width" | "screen_height">;

/**
 * The pixels that commands for this picture are measured in. A worker that knows only the event document does not send
 * the display's size: then it is the built size turned like the picture, or, without that, the picture itself.
 */
export function displaySizeOf(frame: Turned, built: Size | undefined): Size {
  if (frame.screen_width !== undefined && frame.screen_height !== undefined) {
    return { width: frame.screen_width, height: frame.screen_height };
  }
  if (built === undefined) return { width: frame.width, height: frame.height };
  const long = Math.max(built.width, built.height);
  const short = Math.min(built.width, built.height);
  return frame.width > frame.height ? { width: long, height: short } : { width: short, height: long };
}
