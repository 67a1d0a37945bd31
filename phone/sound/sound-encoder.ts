/** Encodes a phone's sound, 48 kHz in stereo, as it comes. */
export interface SoundEncoder {
  /** @param samples 16-bit, interleaved */
  push(samples: Int16Array<ArrayBuffer>, timestampUs: number): void;
  close(): void;
}

export interface SoundEncoderHooks {
  bitsPerSecond: number;
  /** What a decoder must know first, before any piece. */
  onHeader: (header: Uint8Array) => void;
  onPiece: (piece: Uint8Array, timestampUs: number) => void;
  /** It broke; nothing comes any more. */
  onError: (detail: string) => void;
}

/** Rejects when this machine has no such encoder. */
export type OpenSoundEncoder = (hooks: SoundEncoderHooks) => Promise<SoundEncoder>;
