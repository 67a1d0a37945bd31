import {
  writeControlMessages,
  type ControlDeed,
  type ControlPosition,
} from "../../../protocol/control-writer.ts";

/** What is held down on a device. A touch screen has ten pointers for scrcpy, and no keyboard has this many keys. */
const mostKeys = 64;

/**
 * What one live control leaves otherwise than it found it: fingers and keys that are down, and a panel that it put out. None
 * of it stays so when it ends; scrcpy's own cleanup, which would light the panel again, does not run (see `makeOptions`).
 */
export interface Pressed {
  isAny(): boolean;
  isFingerDown(pointerId: bigint): boolean;
  /** Where a finger is, in the session's own measure. */
  putFinger(pointerId: bigint, position: ControlPosition): void;
  liftFinger(pointerId: bigint): void;
  putKey(keyCode: number): void;
  liftKey(keyCode: number): void;
  /** The panel was lit, or put out while the mirror goes on. */
  setPanel(isLit: boolean): void;
  /** The messages that let go of all of it; nothing is pressed after. */
  release(): Uint8Array | undefined;
}

export function makePressed(): Pressed {
  const fingers = new Map<bigint, ControlPosition>();
  const keys = new Set<number>();
  let isPanelLit = true;
  return {
    isAny: () => fingers.size > 0 || keys.size > 0,
    isFingerDown: (pointerId) => fingers.has(pointerId),
    putFinger: (pointerId, position) => void fingers.set(pointerId, position),
    liftFinger: (pointerId) => void fingers.delete(pointerId),
    putKey: (keyCode) => {
      if (keys.size < mostKeys) keys.add(keyCode);
    },
    liftKey: (keyCode) => void keys.delete(keyCode),
    setPanel: (isLit) => {
      isPanelLit = isLit;
    },
    release: () => {
      const deeds: ControlDeed[] = [];
      const touch = (action: "cancel" | "up", [pointerId, position]: [bigint, ControlPosition]): void =>
        void deeds.push({ kind: "inject_touch_event", action, pointerId, position, pressure: 0 });
      // The cancel makes of it no tap and no fling. scrcpy forgets a finger only by its up, which Android then ignores.
      const [first] = fingers;
      if (first !== undefined) touch("cancel", first);
      for (const finger of fingers) touch("up", finger);
      for (const keyCode of keys) deeds.push({ kind: "inject_keycode", action: "up", keyCode });
      if (!isPanelLit) deeds.push({ kind: "set_display_power", isOn: true });
      isPanelLit = true;
      fingers.clear();
      keys.clear();
      return deeds.length === 0 ? undefined : writeControlMessages(deeds);
    },
  };
}
