/** Samples of both ears at 48 kHz, from the viewer's thread to what plays them. */
export interface PlayedSound {
  left: Float32Array<ArrayBuffer>;
  right: Float32Array<ArrayBuffer>;
}

export const playedSampleRate = 48_000;

/** How a device's sound is doing. `none`: its worker says that it gives none, or none came within some seconds. */
export type SoundState = "waiting" | "playing" | "none" | "unplayable";
