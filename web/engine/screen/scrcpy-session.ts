import type { Size } from "../../../protocol/fields.ts";

/** What the video of a session should be like. */
export interface VideoWish {
  /** Limit of the longer edge in pixels, a multiple of 8; 0 for the display's own size. */
  maxSize: number;
  maxFps: number;
  bitsPerSecond: number;
  /** The encoder's name; the phone's default when absent. */
  encoder?: string | undefined;
}

export interface ScrcpyWish {
  /** Absent: control only. */
  video?: VideoWish;
  /** Whether a display that is off is put on, as scrcpy does unless it is told not to. */
  wakes?: boolean;
  /** Every packet of the video stream, in order. */
  onPacket(packet: VideoPacket): void;
  /** Somebody copied something on the device. */
  onClipboard?: (text: string) => void;
}

/**
 * H.264 in Annex B. A configuration (SPS and PPS) comes first and again whenever the size changes; its `codec` is
 * what WebCodecs calls it, e.g. `avc1.42c01e`.
 */
export type VideoPacket =
  | { type: "configuration"; data: Uint8Array; size: Size; codec: string }
  | { type: "picture"; data: Uint8Array; isKeyFrame: boolean; timestampUs: number };

export interface TouchPoint {
  x: number;
  y: number;
  /** The size of the video the position is measured in; the server ignores a touch when it is not the present one. */
  videoSize: Size;
}

/** scrcpy's control socket: everything arrives within milliseconds and nothing is answered, save `paste`. */
export interface ScrcpyControl {
  touch(action: "down" | "move" | "up", point: TouchPoint): Promise<void>;
  key(action: "down" | "up", keyCode: number): Promise<void>;
  /** Printable ASCII only: other characters have no key events. */
  typeText(text: string): Promise<void>;
  /** Sets the clipboard and pastes it; resolves when the device says it did. */
  paste(text: string): Promise<void>;
  /** Asks for a configuration and a key frame. */
  resetVideo(): Promise<void>;
  /** Whole control messages, as they are. */
  send(messages: Uint8Array): Promise<void>;
}

/** The server ended before it opened its sockets, as it does when the phone's encoder refuses; the message is its last words. */
export class ServerEndedError extends Error {
  override name = "ServerEndedError";
}

/** A running scrcpy server. */
export interface ScrcpySession {
  readonly control: ScrcpyControl;
  /** Resolves with the server's last words when it has ended, also after `close`. */
  readonly ended: Promise<string>;
  /** Never rejects, and takes two seconds at most: a phone that hangs takes no farewell. */
  close(): Promise<void>;
}
