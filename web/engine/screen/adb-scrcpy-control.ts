import {
  AndroidKeyEventAction,
  AndroidKeyEventMeta,
  AndroidMotionEventAction,
  AndroidMotionEventButton,
  ScrcpyPointerId,
  type AndroidKeyCode,
  type ScrcpyControlMessageWriter,
} from "@yume-chan/scrcpy";
import { withTimeLimit } from "../time-limit.ts";
import type { ScrcpyControl } from "./scrcpy-session.ts";

const pasteLimitMs = 5000;
/** scrcpy cuts longer texts off (`SC_CONTROL_MSG_INJECT_TEXT_MAX_LENGTH`). */
const textPieceLength = 300;

const touchActions = {
  down: AndroidMotionEventAction.Down,
  move: AndroidMotionEventAction.Move,
  up: AndroidMotionEventAction.Up,
} as const;
const keyActions = { down: AndroidKeyEventAction.Down, up: AndroidKeyEventAction.Up } as const;

/** scrcpy's control socket behind our port. */
export function makeScrcpyControl(writer: ScrcpyControlMessageWriter): ScrcpyControl {
  let pastes = 0n;
  return {
    touch: (action, point) =>
      writer.injectTouch({
        action: touchActions[action],
        pointerId: ScrcpyPointerId.Finger,
        pointerX: point.x,
        pointerY: point.y,
        videoWidth: point.videoSize.width,
        videoHeight: point.videoSize.height,
        pressure: action === "up" ? 0 : 1,
        actionButton: AndroidMotionEventButton.None,
        buttons: AndroidMotionEventButton.None,
      }),
    key: (action, keyCode) =>
      writer.injectKeyCode({
        action: keyActions[action],
        // Any number is a key to Android; Tango's union lists those of its day.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        keyCode: keyCode as AndroidKeyCode,
        repeat: 0,
        metaState: AndroidKeyEventMeta.None,
      }),
    typeText: async (text) => {
      for (let at = 0; at < text.length; at += textPieceLength) {
        await writer.injectText(text.slice(at, at + textPieceLength));
      }
    },
    paste: (text) => {
      // A sequence other than 0 asks the device to say when it has pasted.
      pastes += 1n;
      return withTimeLimit(
        "pasting",
        pasteLimitMs,
        writer.setClipboard({ sequence: pastes, paste: true, content: text }),
      );
    },
    resetVideo: () => writer.resetVideo(),
    send: (messages) => writer.write(messages),
  };
}
