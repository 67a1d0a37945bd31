import type { ControlMessage } from "./control-message.ts";
import type { ControlPosition } from "./control-writer.ts";

/** Where in a message its position begins: x:4 y:4 width:2 height:2. */
const offsets: Partial<Record<ControlMessage["kind"], number>> = {
  inject_touch_event: 10,
  inject_scroll_event: 1,
};

/** Of one whole message; undefined where its kind has none. */
export function readControlPosition(
  kind: ControlMessage["kind"],
  message: Uint8Array,
): ControlPosition | undefined {
  const at = offsets[kind];
  if (at === undefined) return undefined;
  const view = viewOf(message);
  return {
    x: view.getInt32(at),
    y: view.getInt32(at + 4),
    width: view.getUint16(at + 8),
    height: view.getUint16(at + 10),
  };
}

/** The same message at another place. */
export function withControlPosition(
  kind: ControlMessage["kind"],
  message: Uint8Array,
  position: ControlPosition,
): Uint8Array<ArrayBuffer> {
  const moved = Uint8Array.from(message);
  const at = offsets[kind];
  if (at === undefined) return moved;
  const view = viewOf(moved);
  view.setInt32(at, position.x);
  view.setInt32(at + 4, position.y);
  view.setUint16(at + 8, position.width);
  view.setUint16(at + 10, position.height);
  return moved;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
