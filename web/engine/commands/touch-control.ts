import type { AnyCommand } from "../../../protocol/command.ts";
import type { Size } from "../../../protocol/fields.ts";
import { pause } from "../pause.ts";
import type { ScrcpyControl, TouchPoint } from "../screen/scrcpy-session.ts";
import { defaultSwipeMs, isTypeable } from "./input-line.ts";

const swipeStepMs = 16;

/** A live control socket, and the sizes that turn display positions into video positions. */
export interface LiveControl {
  control: ScrcpyControl;
  /** Undefined while there is no video: touches then go through the shell. */
  picture: { video: Size; screen: Size } | undefined;
}

/** Whether `performLive` can do this command on such a session. */
export function isLiveable({ command_type: type }: AnyCommand, live: LiveControl): boolean {
  if (type === "keyevent" || type === "text") return true;
  return (type === "tap" || type === "swipe") && live.picture !== undefined;
}

/** Does a tap, swipe, key or text over scrcpy's control socket, within milliseconds. */
export async function performLive(
  command: AnyCommand,
  live: LiveControl,
  signal: AbortSignal,
): Promise<void> {
  const { control, picture } = live;
  const { x = 0, y = 0, x2 = 0, y2 = 0, duration = defaultSwipeMs, keycode = 0, text = "" } = command.params;
  switch (command.command_type) {
    case "tap":
      if (picture === undefined) return;
      await control.touch("down", toVideo(x, y, picture));
      await control.touch("up", toVideo(x, y, picture));
      return;
    case "swipe":
      if (picture === undefined) return;
      await swipe(
        control,
        (part) => toVideo(x + (x2 - x) * part, y + (y2 - y) * part, picture),
        duration,
        signal,
      );
      return;
    case "keyevent":
      await control.key("down", keycode);
      await control.key("up", keycode);
      return;
    case "text":
      if (text === "") return;
      await (isTypeable(text) ? control.typeText(text) : control.paste(text));
      return;
    default:
      return;
  }
}

/** Inside the video, whole pixels. */
function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit - 1, Math.round(value)));
}

function toVideo(x: number, y: number, { video, screen }: { video: Size; screen: Size }): TouchPoint {
  return {
    x: clamp((x * video.width) / screen.width, video.width),
    y: clamp((y * video.height) / screen.height, video.height),
    videoSize: video,
  };
}

async function swipe(
  control: ScrcpyControl,
  at: (part: number) => TouchPoint,
  durationMs: number,
  signal: AbortSignal,
): Promise<void> {
  await control.touch("down", at(0));
  const startMs = performance.now();
  for (let passedMs = 0; passedMs < durationMs && !signal.aborted; passedMs = performance.now() - startMs) {
    await control.touch("move", at(passedMs / durationMs));
    await pause(Math.min(swipeStepMs, durationMs - passedMs), signal);
  }
  await control.touch("move", at(1));
  await control.touch("up", at(1));
}
