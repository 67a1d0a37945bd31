import {
  writeControlMessages,
  type ControlDeed,
  type ControlPosition,
} from "../../../protocol/control-writer.ts";

/** What is held down on a device. A touch screen has ten pointers for scrcpy, and no keyboard has this many keys. */
const mostKeys = 64;

/** The fingers and keys that one live control holds down, so that none of them stays down when it ends. */
export interface Pressed {
  isAny(): boolean;
  isFingerDown(pointerId: bigint): boolean;
  /** Where a finger is, in the session's own measure. */
  putFinger(pointerId: bigint, position: ControlPosition): void;
  liftFinger(pointerId: bigint): void;
  putKey(keyCode: number): void;
  liftKey(keyCode: number): void;
  /** The messages that let go of all of it; nothing is pressed after. */
  release(): Uint8Array | undefined;
}

export function makePressed(): Pressed {
  const fingers = new Map<bigint, ControlPosition>();
  const keys = new Set<number>();
  return {
    isAny: () => fingers.size > 0 || keys.size > 0,
    isFingerDown: (pointerId) => fingers.has(pointerId),
    putFinger: (pointerId, position) => void fingers.set(pointerId, position),
    liftFinger: (pointerId) => void fingers.delete(pointerId),
    putKey: (keyCode) => {
      if (keys.size < mostKeys) keys.add(keyCode);
    },
    liftKey: (keyCode) => void keys.delete(keyCode),
    release: () => {
      const deeds: ControlDeed[] = [];
      const touch = (action: "cancel" | "up", [pointerId, position]: [bigint, ControlPosition]): void =>
        void deeds.push({ kind: "inject_touch_event", action, pointerId, position, pressure: 0 });
      // The cancel makes of it no tap and no fling. scrcpy forgets a finger only by its up, which Android then ignores.
      const [first] = fingers;
      if (first !== undefined) touch("cancel", first);
      for (const finger of fingers) touch("up", finger);
      for (const keyCode of keys) deeds.push({ kind: "inject_keycode", action: "up", keyCode });
      fingers.clear();
      keys.clear();
      return deeds.length === 0 ? undefined : writeControlMessages(deeds);
    },
  };
}
