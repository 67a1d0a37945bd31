/** What a `sound-start` packet says of the sound that follows. */
export interface SoundFormat {
  /** `raw`: 16-bit little-endian samples, the channels interleaved. */
  codec: "opus" | "raw";
  sampleRate: number;
  channels: number;
  /** `OpusHead` (RFC 7845, 5.1) of Opus. */
  description?: Uint8Array<ArrayBuffer>;
}

const opusCode = 1;
const rawCode = 2;
/** scrcpy's sound is always this. */
const sampleRate = 48_000;
const channels = 2;
const bytesPerSample = 2;

/** Version 1, two channels, 312 samples to skip, 48 kHz, no gain, mapping 0. */
const plainHead = Uint8Array.from(
  [...new TextEncoder().encode("OpusHead")].concat([1, channels, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0]),
);

/** Undefined: of a kind that we do not know. */
export function readSoundFormat(payload: Uint8Array): SoundFormat | undefined {
  const [code] = payload;
  if (code === rawCode) return { codec: "raw", sampleRate, channels };
  if (code !== opusCode) return undefined;
  const said = payload.slice(1);
  const isHead = plainHead.subarray(0, 8).every((byte, at) => said[at] === byte);
  return { codec: "opus", sampleRate, channels, description: isHead ? said : plainHead };
}

/** Seconds that a piece of sound lasts. */
export function soundSeconds(format: SoundFormat, data: Uint8Array): number {
  if (format.codec === "raw") return data.byteLength / (format.channels * bytesPerSample) / format.sampleRate;
  return opusMs(data) / 1000;
}

/** RFC 6716, 3.1: the first byte of a packet names its frames' length, the two lowest bits their number. */
function opusMs(packet: Uint8Array): number {
  const [toc = 0, count = 0] = packet;
  const frames = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? count & 0x3f : 2;
  return frames * frameMsOf(toc >> 3);
}

function frameMsOf(config: number): number {
  if (config < 12) return [10, 20, 40, 60][config & 3] ?? 20;
  if (config < 16) return config & 1 ? 20 : 10;
  return [2.5, 5, 10, 20][config & 3] ?? 20;
}
