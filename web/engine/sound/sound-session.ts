/** What Android can make of its sound for us: 48 kHz, two channels, 16 bits when it is raw. */
export type SoundCodec = "opus" | "raw";

export interface SoundWish {
  codec: SoundCodec;
  /** What a decoder must know first: the `OpusHead` of Opus, nothing of raw sound. Once, before any piece. */
  onStart(header: Uint8Array): void;
  /** `deviceUs`: microseconds on the device's clock, the one of its video. */
  onPiece(data: Uint8Array, deviceUs: number): void;
}

/** A scrcpy server that sends sound and nothing else. */
export interface SoundSession {
  /** Resolves with the server's last words when it has ended, also after `close`. */
  readonly ended: Promise<string>;
  /** Never rejects, and takes two seconds at most. */
  close(): Promise<void>;
}

/** The device answers that it gives no sound in this codec; the message is why. */
export class NoSoundError extends Error {
  override name = "NoSoundError";
}
