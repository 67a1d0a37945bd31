import type { PhoneModel } from "../model.ts";
import type { OpenSoundEncoder } from "../sound/sound-encoder.ts";
import { sampleRate, type Speaker } from "../sound/speaker.ts";
import { makeBell } from "./bell.ts";
import type { Log } from "./log.ts";
import { encodeMediaPacket, type MediaPacket } from "./media-packet.ts";
import { opusEncoder } from "./lists.ts";
import type { AudioCodec, ScrcpyOptions } from "./options.ts";

const android11Sdk = 30;
/** Android captures in blocks of 1024 frames, whatever is asked. */
const blockFrames = 1024;
const blockMs = (blockFrames * 1000) / sampleRate;
/** What its own buffer holds of sound that nobody took; older sound is lost. */
const mostLateMs = 300;
/** Instead of the codec: there is no sound, go on without it; or the client asked for an encoder that there is not. */
const disabled = Uint8Array.of(0, 0, 0, 0);
const misconfigured = Uint8Array.of(0, 0, 0, 1);

/** Four letters, a zero before three. */
const codecIds: Readonly<Record<AudioCodec, number>> = {
  opus: 0x6f707573,
  aac: 0x00616163,
  flac: 0x666c6163,
  raw: 0x00726177,
};

export interface AudioStreamParts {
  model: PhoneModel;
  speaker: Speaker;
  options: ScrcpyOptions;
  log: Log;
  /** Absent: the phone has no Opus encoder. */
  encodeOpus: OpenSoundEncoder | undefined;
  describeEncoders(): string;
  /** False: the client is gone. */
  write: (bytes: Uint8Array) => Promise<boolean>;
  signal: AbortSignal;
}

/**
 * What the audio socket carries, until the client is gone or `signal` is aborted. False: the server ends with it, as it
 * does when the client asked for an encoder that there is not.
 */
export async function streamAudio(parts: AudioStreamParts): Promise<boolean> {
  const { model, options, log, write } = parts;
  const { audioCodec, audioEncoder } = options;
  const isRaw = audioCodec === "raw";
  try {
    if (model.sdk < android11Sdk) {
      log("warn", "Audio disabled: it is not supported before Android 11");
      await write(disabled);
    } else if (isRaw) await streamRaw(parts);
    else if (audioEncoder !== "" && (audioEncoder !== opusEncoder || parts.encodeOpus === undefined)) {
      log(
        "error",
        `Audio encoder '${audioEncoder}' for ${audioCodec} not found\n${parts.describeEncoders()}`,
      );
      await write(misconfigured);
      return false;
    } else await streamOpus(parts);
    return true;
  } finally {
    log("debug", isRaw ? "Audio recorder stopped" : "Audio encoder stopped");
  }
}

async function streamRaw(parts: AudioStreamParts): Promise<void> {
  if (!(await writeCodec(parts))) return;
  await capture(parts, (samples, timestampUs) => {
    const data = new Uint8Array(samples.buffer);
    return writePacket(parts, { type: "frame", data, isKeyFrame: false, timestampUs });
  });
}

async function streamOpus(parts: AudioStreamParts): Promise<void> {
  const { options, log, write } = parts;
  const begun = Promise.withResolvers<boolean>();
  let written = begun.promise;
  const send = (packet: MediaPacket): void => {
    written = written.then((isThere) => isThere && writePacket(parts, packet));
  };
  const open = options.audioCodec === "opus" ? parts.encodeOpus : undefined;
  const encoder = await open?.({
    bitsPerSecond: 128_000,
    onHeader: (data) => send({ type: "config", data }),
    onPiece: (data, timestampUs) => send({ type: "frame", data, isKeyFrame: true, timestampUs }),
    onError: (detail) => log("error", `MediaCodec error: ${detail}`),
  }).catch(() => undefined);
  if (encoder === undefined) {
    log(
      "error",
      `Could not create default audio encoder for ${options.audioCodec}\n${parts.describeEncoders()}`,
    );
    await write(disabled);
    return;
  }
  try {
    log("debug", `Using audio encoder: '${opusEncoder}'`);
    begun.resolve(writeCodec(parts));
    await capture(parts, (samples, timestampUs) => {
      encoder.push(samples, timestampUs);
      return written;
    });
  } finally {
    encoder.close();
  }
}

async function writeCodec({ options, write }: AudioStreamParts): Promise<boolean> {
  if (!options.sendCodecMeta) return true;
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, codecIds[options.audioCodec]);
  return write(id);
}

function writePacket({ options, write }: AudioStreamParts, packet: MediaPacket): Promise<boolean> {
  return write(encodeMediaPacket(packet, options.sendFrameMeta));
}

/** Takes one block after another, as they are played; `take` answers false when the client is gone. */
async function capture(
  { speaker, signal }: AudioStreamParts,
  take: (samples: Int16Array<ArrayBuffer>, timestampUs: number) => Promise<boolean>,
): Promise<void> {
  const bell = makeBell();
  const wake = (): void => bell.ring();
  signal.addEventListener("abort", wake);
  // The clock of the wall may be set; what is played is counted from here.
  const wallAheadMs = Date.now() - performance.now();
  let nextMs = performance.now();
  try {
    while (!signal.aborted) {
      const waitMs = nextMs + blockMs - performance.now();
      if (waitMs >= 1) {
        await bell.wait(waitMs);
        continue;
      }
      if (waitMs < -mostLateMs) nextMs = performance.now() - blockMs;
      const samples = speaker.render(nextMs + wallAheadMs, blockFrames);
      if (!(await take(samples, Math.round(nextMs * 1000)))) return;
      nextMs += blockMs;
    }
  } finally {
    signal.removeEventListener("abort", wake);
  }
}
