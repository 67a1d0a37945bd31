/** Samples of both ears at 48 kHz, from the viewer's thread to what plays them. */
export interface PlayedSound {
  left: Float32Array<ArrayBuffer>;
  right: Float32Array<ArrayBuffer>;
}

export const playedSampleRate = 48_000;

/** How a device's sound is doing. `none`: none came within some seconds, so this phone gives none. */
export type SoundState = "waiting" | "playing" | "none" | "unplayable";
