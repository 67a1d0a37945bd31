import { readSoundFormat, type SoundFormat } from "./sound-format.ts";
import type { PlayedSound } from "../../../protocol/sound.ts";

/** The part of WebCodecs that is used, so that tests can stand in for it. */
export interface SoundCodecs {
  AudioDecoder: typeof AudioDecoder;
  EncodedAudioChunk: typeof EncodedAudioChunk;
}

/** Half a second of packets: what waits longer is not worth hearing. */
const mostUndecoded = 25;

/** Turns one device's sound into samples. */
export interface SoundPlayer {
  /** A `sound-start`: false when it is of a kind that cannot be played. */
  begin(payload: Uint8Array): boolean;
  /** A `sound`. */
  push(payload: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export function makeSoundPlayer(needs: {
  codecs: SoundCodecs;
  /** The samples are the hearer's own. */
  onSound(sound: PlayedSound): void;
}): SoundPlayer {
  const { codecs } = needs;
  let format: SoundFormat | undefined;
  let decoder: AudioDecoder | undefined;
  let timestamp = 0;

  function decoderFor({ sampleRate, channels, description }: SoundFormat): AudioDecoder {
    if (decoder !== undefined && decoder.state !== "closed") return decoder;
    const made = new codecs.AudioDecoder({
      output(data) {
        const of = (planeIndex: number) => {
          const samples = new Float32Array(data.numberOfFrames);
          data.copyTo(samples, { planeIndex, format: "f32-planar" });
          return samples;
        };
        const left = of(0);
        needs.onSound({ left, right: data.numberOfChannels > 1 ? of(1) : left.slice() });
        data.close();
      },
      // It is closed then, and the next packet makes another: of Opus, each packet can be a first one.
      error: () => undefined,
    });
    made.configure({
      codec: "opus",
      sampleRate,
      numberOfChannels: channels,
      ...(description === undefined ? {} : { description }),
    });
    decoder = made;
    return made;
  }

  function close(): void {
    if (decoder !== undefined && decoder.state !== "closed") decoder.close();
    decoder = undefined;
  }

  return {
    begin(payload) {
      close();
      format = readSoundFormat(payload);
      return format !== undefined;
    },
    push(payload) {
      if (format === undefined) return;
      if (format.codec === "raw") return needs.onSound(readRaw(payload));
      const to = decoderFor(format);
      if (to.decodeQueueSize > mostUndecoded) return;
      to.decode(new codecs.EncodedAudioChunk({ type: "key", timestamp, data: payload }));
      timestamp += 20_000;
    },
    close,
  };
}

const bytesPerFrame = 4;

function readRaw(payload: Uint8Array): PlayedSound {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const frames = Math.floor(payload.byteLength / bytesPerFrame);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    left[frame] = view.getInt16(frame * bytesPerFrame, true) / 32_768;
    right[frame] = view.getInt16(frame * bytesPerFrame + 2, true) / 32_768;
  }
  return { left, right };
}
