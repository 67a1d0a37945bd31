import type { KeyChange } from "../display.ts";
import { keyCodes } from "../key-codes.ts";
import { editWithKey } from "./edit-key.ts";
import type { ScreenKeyguard } from "./keyguard.ts";
import type { Navigation } from "./navigation.ts";
import type { TextField } from "./text-field.ts";
import type { Volume } from "./volume.ts";

export interface KeyTarget {
  navigation: Navigation;
  volume: Volume;
  keyguard: ScreenKeyguard;
  /** ms of `Date.now()`. */
  now: () => number;
  /** What is typed goes here. */
  readonly field: TextField | undefined;
  readonly clipboard: string;
  copy: (text: string) => void;
}

/** What a key does that goes down while the phone is awake. */
export function makeKeys(target: KeyTarget): (change: KeyChange) => void {
  const { navigation, volume, keyguard, now, copy } = target;
  return ({ keyCode, metaState }) => {
    switch (keyCode) {
      case keyCodes.HOME:
        return navigation.home();
      case keyCodes.BACK:
      case keyCodes.ESCAPE:
        return navigation.back();
      case keyCodes.APP_SWITCH:
        return navigation.recents();
      case keyCodes.MENU:
        return keyguard.dismiss();
      case keyCodes.NOTIFICATION:
        return navigation.showPanel(navigation.shade !== "panel");
      case keyCodes.VOLUME_UP:
        return volume.change(1, now());
      case keyCodes.VOLUME_DOWN:
        return volume.change(-1, now());
      case keyCodes.VOLUME_MUTE:
        return volume.change(0, now());
      default: {
        const { field } = target;
        if (field !== undefined) editWithKey(field, keyCode, metaState, { text: target.clipboard, copy });
        return undefined;
      }
    }
  };
}
