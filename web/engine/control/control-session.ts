import { concatenate } from "../../../protocol/concatenate.ts";
import { readControlMessages, type ControlMessage } from "../../../protocol/control-message.ts";
import { readControlPosition, withControlPosition } from "../../../protocol/control-position.ts";
import { mostControlBytes } from "../../../protocol/control.ts";
import { touchActions } from "../../../protocol/control-writer.ts";
import type { ControlHold, ControlHoldNeeds } from "../screen/control-hold.ts";
import { placeOnVideo, scaled } from "./place-on-video.ts";
import { makePressed } from "./pressed.ts";

export interface ControlSessionNeeds {
  /** Keeps a scrcpy session up for this one. */
  hold(needs: ControlHoldNeeds): ControlHold;
  /** Somebody copied something on the device. */
  onClipboard(text: string): void;
}

/** What dashboards do with a device by live control, brought to whichever scrcpy session it has. */
export interface ControlSession {
  /** Whole control messages as they come from the relay; what is not is dropped. */
  take(messages: Uint8Array): void;
  /** Lets go of every finger and key, lights a panel that was put out, and lets go of the scrcpy session. */
  close(): void;
}

export function openControlSession(needs: ControlSessionNeeds): ControlSession {
  const pressed = makePressed();
  const held = needs.hold({
    onClipboard: (text) => {
      // What the contract has no room for is not news, and half of it would be wrong.
      if (text.length <= mostControlBytes) needs.onClipboard(text);
    },
    // The picture is of the same session, and its tile says what is wrong with it.
    onFailure: () => undefined,
  });

  /** The message as the session wants it; nothing when it is not for it. */
  function adapt({ kind }: ControlMessage, bytes: Uint8Array): Uint8Array[] {
    if (kind === "inject_touch_event") return adaptTouch(bytes);
    if (kind === "inject_scroll_event") return adaptScroll(bytes);
    if (kind === "inject_keycode") noteKey(bytes);
    if (kind === "set_display_power") pressed.setPanel(bytes[1] !== 0);
    return [bytes];
  }

  function adaptTouch(bytes: Uint8Array): Uint8Array[] {
    const kind = "inject_touch_event";
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const action = view.getUint8(1);
    const pointerId = view.getBigInt64(2);
    const position = readControlPosition(kind, bytes);
    const place = held.place();
    if (position === undefined || place === undefined) return [];
    const isEnd = action === touchActions.up || action === touchActions.cancel;
    // A finger whose down went nowhere does not move either.
    if ((isEnd || action === touchActions.move) && !pressed.isFingerDown(pointerId)) return [];
    // A finger that is down comes up, whatever has turned under it.
    const placed = placeOnVideo(position, place) ?? (isEnd ? scaled(position, place.video) : undefined);
    if (placed === undefined) return [];
    if (isEnd) pressed.liftFinger(pointerId);
    else if (action === touchActions.down || pressed.isFingerDown(pointerId))
      pressed.putFinger(pointerId, placed);
    const adapted = withControlPosition(kind, bytes, placed);
    return action === touchActions.cancel ? [adapted, upAfterCancel(adapted)] : [adapted];
  }

  function adaptScroll(bytes: Uint8Array): Uint8Array[] {
    const kind = "inject_scroll_event";
    const position = readControlPosition(kind, bytes);
    const place = held.place();
    const placed = position && place && placeOnVideo(position, place);
    return placed === undefined ? [] : [withControlPosition(kind, bytes, placed)];
  }

  function noteKey(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const keyCode = view.getInt32(2);
    if (view.getUint8(1) === 0) pressed.putKey(keyCode);
    else pressed.liftKey(keyCode);
  }

  return {
    take: (messages) => {
      const read = readControlMessages(messages);
      if (!read.ok) return;
      const adapted: Uint8Array[] = [];
      let at = 0;
      for (const message of read.value) {
        adapted.push(...adapt(message, messages.subarray(at, at + message.byteLength)));
        at += message.byteLength;
      }
      if (adapted.length > 0) held.send(joined(adapted), pressed.isAny());
    },
    close: () => {
      const ending = pressed.release();
      if (ending !== undefined) held.send(ending, false);
      held.release();
    },
  };
}

/** scrcpy forgets a finger only by its up, and would count a cancelled one among those of the next gesture. */
function upAfterCancel(cancel: Uint8Array): Uint8Array {
  const up = Uint8Array.from(cancel);
  up[1] = touchActions.up;
  return up;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : concatenate(parts);
}
