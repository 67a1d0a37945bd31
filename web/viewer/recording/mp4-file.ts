import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from "mediabunny";
import type { Size } from "../../../protocol/fields.ts";
import type { SoundFormat } from "../sound/sound-format.ts";
import type { RecordingFile } from "./recording-store.ts";

/** One MP4 file: one H.264 track of one size, and one of sound where there is sound. Times are seconds of the file. */
export interface Mp4File {
  /** H.264 in Annex B, a key frame with its parameter sets first. Nothing is encoded anew. */
  addPicture(annexB: Uint8Array, picture: { isKey: boolean; at: number; duration: number }): void;
  addSound(data: Uint8Array, sound: { at: number; duration: number }): void;
  /** Bytes so far, of pictures and sound. */
  readonly bytes: number;
  /** Writes the tables. Rejects with what any writing before it failed with. */
  finish(): Promise<Blob>;
}

/**
 * The tables stand at the end, because pictures that come seldom would otherwise be held in memory until the next key
 * frame; so each half a second is on the disk as soon as it is over. `onError` hears the first writing that fails.
 */
export async function openMp4File(options: {
  file: RecordingFile;
  size: Size;
  /** e.g. `avc1.42C01F` */
  codec: string;
  sound: SoundFormat | undefined;
  onError: (error: unknown) => void;
}): Promise<Mp4File> {
  const { file, size, codec, sound, onError } = options;
  const video = new EncodedVideoPacketSource("avc");
  const audio =
    sound === undefined
      ? undefined
      : new EncodedAudioPacketSource(sound.codec === "opus" ? "opus" : "pcm-s16");
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: false }),
    target: new StreamTarget(
      new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => file.write(data, position) }),
    ),
  });
  output.addVideoTrack(video);
  if (audio !== undefined) output.addAudioTrack(audio);
  await output.start();

  const videoMeta = {
    decoderConfig: { codec, codedWidth: size.width, codedHeight: size.height },
  };
  const audioMeta =
    sound === undefined
      ? undefined
      : {
          decoderConfig: {
            codec: sound.codec === "opus" ? "opus" : "pcm-s16",
            sampleRate: sound.sampleRate,
            numberOfChannels: sound.channels,
            ...(sound.description === undefined ? {} : { description: sound.description }),
          },
        };
  let bytes = 0;
  let hasFailed = false;

  function follow(writing: Promise<void>): void {
    writing.catch((error: unknown) => {
      if (!hasFailed) onError(error);
      hasFailed = true;
    });
  }

  return {
    addPicture(annexB, { isKey, at, duration }) {
      bytes += annexB.byteLength;
      const packet = new EncodedPacket(annexB, isKey ? "key" : "delta", at, duration);
      follow(video.add(packet, videoMeta));
    },
    addSound(data, { at, duration }) {
      if (audio === undefined) return;
      bytes += data.byteLength;
      follow(audio.add(new EncodedPacket(data, "key", at, duration), audioMeta));
    },
    get bytes() {
      return bytes;
    },
    async finish() {
      await output.finalize();
      return file.close();
    },
  };
}
