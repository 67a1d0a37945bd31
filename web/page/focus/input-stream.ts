import {
  writeControlMessages,
  type ControlDeed,
  type ControlPosition,
} from "../../../protocol/control-writer.ts";
import { controlRate } from "../../../protocol/limits.ts";

/** Below what a device takes (T4), so that what must not be refused never is. */
const perSecond = controlRate.perSecond - 20;
const burst = 60;

type Touch = Extract<ControlDeed, { kind: "inject_touch_event" }>;

export interface InputStreamNeeds {
  /** `isEnding`: a finger or a key comes up. */
  send(messages: Uint8Array, isEnding: boolean): void;
  /** As `requestAnimationFrame` and its opposite. */
  onNextFrame(run: () => void): number;
  cancelFrame(frame: number): void;
  /** Milliseconds that only grow. */
  nowMs(): number;
}

/**
 * What a hand does on its way to the phone: moves go once a frame, everything else at once and after the moves before
 * it. Where a finger is always arrives; of the way there as much as the rate allows.
 */
export interface InputStream {
  do(...deeds: ControlDeed[]): void;
  /** Where a finger went since its last move, oldest first. */
  move(path: readonly Touch[]): void;
  /** Turns of a wheel at one place, added up until the next frame. */
  scroll(position: ControlPosition, horizontal: number, vertical: number): void;
  /** Nothing that waits is sent any more. */
  close(): void;
}

export function makeInputStream(needs: InputStreamNeeds): InputStream {
  const paths = new Map<bigint, Touch[]>();
  let wheel: Extract<ControlDeed, { kind: "inject_scroll_event" }> | undefined;
  let frame: number | undefined;
  let tokens = burst;
  let filledAtMs = needs.nowMs();

  /** May be below 0: a down or an up is never held back. */
  function tokensNow(): number {
    const nowMs = needs.nowMs();
    tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) * perSecond) / 1000);
    filledAtMs = nowMs;
    return tokens;
  }

  /** The moves and turns that may go now. Those of fingers that must wait keep only where they are. */
  function takeMoves(): ControlDeed[] {
    const taken: ControlDeed[] = [];
    let left = Math.floor(tokensNow());
    if (wheel !== undefined && left > 0) {
      taken.push(wheel);
      wheel = undefined;
      left -= 1;
    }
    for (const [pointerId, path] of paths) {
      const others = paths.size - 1;
      const some = thinned(path, Math.max(1, left - others));
      paths.delete(pointerId);
      if (left > 0) taken.push(...some);
      else paths.set(pointerId, path.slice(-1));
      left -= some.length;
      if (left <= 0) break;
    }
    return taken;
  }

  function emit(deeds: readonly ControlDeed[]): void {
    if (deeds.length === 0) return;
    tokens -= deeds.length;
    needs.send(writeControlMessages(deeds), deeds.some(isEnding));
  }

  function onFrame(): void {
    frame = undefined;
    emit(takeMoves());
    if (paths.size > 0 || wheel !== undefined) soon();
  }

  function soon(): void {
    frame ??= needs.onNextFrame(onFrame);
  }

  return {
    do(...deeds) {
      const before = takeMoves();
      // An up says itself where its finger is.
      for (const deed of deeds) if (deed.kind === "inject_touch_event") paths.delete(deed.pointerId);
      emit([...before, ...deeds]);
    },
    move(path) {
      for (const touch of path) {
        const waiting = paths.get(touch.pointerId) ?? [];
        waiting.push(touch);
        if (waiting.length > burst) waiting.splice(0, waiting.length - burst);
        paths.set(touch.pointerId, waiting);
      }
      soon();
    },
    scroll(position, horizontal, vertical) {
      wheel = {
        kind: "inject_scroll_event",
        position,
        horizontal: (wheel?.horizontal ?? 0) + horizontal,
        vertical: (wheel?.vertical ?? 0) + vertical,
      };
      soon();
    },
    close() {
      if (frame !== undefined) needs.cancelFrame(frame);
      frame = undefined;
      paths.clear();
      wheel = undefined;
    },
  };
}

/** At most `count` of them, evenly, the last one always. */
function thinned<T>(path: readonly T[], count: number): T[] {
  if (path.length <= count) return [...path];
  const step = path.length / count;
  return Array.from({ length: count }, (_, at) => path[Math.ceil((at + 1) * step) - 1]).filter(
    (one) => one !== undefined,
  );
}

function isEnding(deed: ControlDeed): boolean {
  const isUp = "action" in deed && (deed.action === "up" || deed.action === "cancel");
  return isUp && deed.kind !== "back_or_screen_on";
}
