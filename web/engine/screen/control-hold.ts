import type { Size } from "../../../protocol/fields.ts";

/** What positions are measured in, at this moment. */
export interface ControlPlace {
  /** The size that a position must say, or scrcpy ignores it. The display's own while there is no video. */
  video: Size;
  /** The display, turned as the video is. */
  screen: Size;
}

export interface ControlHoldNeeds {
  /** Somebody copied something on the device. */
  onClipboard(text: string): void;
  /** The device does not let itself be controlled; said once for each failure, and it is tried again by itself. */
  onFailure(detail: string): void;
}

/** Live control of a device over whichever scrcpy session it has: one is up for as long as it is held. */
export interface ControlHold {
  /**
   * Whole control messages of scrcpy 3.3.3, in order; dropped while no session is up. While `isTouching` (a finger is
   * down after these) what follows goes to the same session, also when a larger one has taken its place meanwhile.
   */
  send(messages: Uint8Array, isTouching: boolean): void;
  /** Of the session that `send` goes to; undefined while there is none or its size is not known yet. */
  place(): ControlPlace | undefined;
  release(): void;
}
