import type { Display, Size } from "../display.ts";
import { splitConfig } from "./annex-b.ts";
import { makeBell } from "./bell.ts";
import type { Log } from "./log.ts";
import type { ScrcpyOptions } from "./options.ts";
import type { EncodedPicture, OpenEncoder, PictureEncoder } from "./picture-encoder.ts";
import { encodeVideoMeta, encodeMediaPacket } from "./media-packet.ts";
import { fitVideo, isSameSize } from "./video-size.ts";

/** What a phone's own screen does; `max_fps` only lowers it. */
const screenFps = 60;
/**
 * As scrcpy asks of Android's encoders: a still screen sends its last picture again, and Android does so ten times
 * (`kRepeatLastFrameCount` of its `GraphicBufferSource`), because one alone leaves ghosts of what was there before.
 */
const repeatAfterMs = 100;
const mostRepeats = 10;
const keyFrameIntervalMs = 10_000;
const smallerSizes = [2560, 1920, 1600, 1280, 1024, 800];
const mostErrorsInARow = 3;
const retryAfterMs = 50;

export interface VideoStream {
  /** Runs until the client is gone, `signal` is aborted or the encoder is given up. */
  run(): Promise<void>;
  /** Starts the encoder anew: a config packet and a key frame follow. */
  reset(): void;
}

export interface VideoStreamParts {
  display: Display;
  encode: OpenEncoder;
  options: ScrcpyOptions;
  log: Log;
  /** False: the client is gone. Settles when the socket took the bytes. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Called before the first picture of a new size. */
  onSize(video: Size, display: Size): void;
  signal: AbortSignal;
}

type CaptureEnd = "restart" | "stop";

export function makeVideoStream(parts: VideoStreamParts): VideoStream {
  const { display, options, log, signal } = parts;
  const bell = makeBell();
  const intervalMs = 1000 / Math.min(screenFps, options.maxFps === 0 ? screenFps : options.maxFps);
  let maxSize = options.maxSize;
  let isReset = false;
  let isDamaged = true;
  let isFirstFrameSent = false;
  let errorsInARow = 0;
  let nextPaintAt = 0;
  let lastTimestampUs = 0;

  const wake = () => bell.ring();

  async function capture(encoder: PictureEncoder, displaySize: Size): Promise<CaptureEnd> {
    let isConfigSent = false;
    let lastKeyFrameAt = 0;
    let repeatAt = Infinity;
    let repeatsLeft = 0;
    isDamaged = true;
    while (!signal.aborted) {
      if (isReset || !isSameSize(display.size, displaySize)) return "restart";
      const now = performance.now();
      const waitMs = Math.max(nextPaintAt - now, isDamaged ? 0 : repeatAt - now);
      // Timers are whole milliseconds: waiting for less would lose every other picture at 60 a second.
      if (waitMs >= 1) {
        await bell.wait(waitMs === Infinity ? undefined : waitMs);
        continue;
      }
      nextPaintAt = Math.max(nextPaintAt, now - intervalMs) + intervalMs;
      repeatsLeft = isDamaged ? mostRepeats : repeatsLeft - 1;
      repeatAt = repeatsLeft > 0 ? now + repeatAfterMs : Infinity;
      isDamaged = false;
      lastTimestampUs = Math.max(lastTimestampUs + 1, Math.round(now * 1000));
      const isKeyFrame = !isConfigSent || now - lastKeyFrameAt >= keyFrameIntervalMs;
      const picture = await encoder.encode(display, { timestampUs: lastTimestampUs, isKeyFrame });
      if (picture === undefined) continue;
      if (picture.isKeyFrame) lastKeyFrameAt = now;
      // The next picture is painted only when the socket took this one, so pictures never queue and the newest wins.
      if (!(await send(picture, lastTimestampUs, !isConfigSent))) return "stop";
      isConfigSent ||= picture.isKeyFrame;
      isFirstFrameSent = true;
      errorsInARow = 0;
    }
    return "stop";
  }

  async function send(picture: EncodedPicture, timestampUs: number, isFirst: boolean): Promise<boolean> {
    let data = picture.data;
    if (picture.isKeyFrame) {
      const parted = splitConfig(picture.data);
      data = parted.picture;
      const config = encodeMediaPacket({ type: "config", data: parted.config }, options.sendFrameMeta);
      if (isFirst && !(await parts.write(config))) return false;
    }
    const { isKeyFrame } = picture;
    return parts.write(
      encodeMediaPacket({ type: "frame", data, isKeyFrame, timestampUs }, options.sendFrameMeta),
    );
  }

  /** Whether another try makes sense; before the first picture with a smaller size. */
  function prepareRetry(failed: Size): boolean {
    if (isFirstFrameSent) {
      errorsInARow += 1;
      return errorsInARow < mostErrorsInARow;
    }
    const smaller = smallerSizes.find((size) => size < Math.max(failed.width, failed.height));
    if (!options.downsizeOnError || smaller === undefined) return false;
    log("info", `Retrying with -m${smaller}...`);
    maxSize = smaller;
    return true;
  }

  async function captureOnce(video: Size, displaySize: Size): Promise<CaptureEnd> {
    let encoder: PictureEncoder | undefined;
    try {
      const { bitsPerSecond } = options;
      encoder = await parts.encode({
        size: video,
        bitsPerSecond,
        framesPerSecond: Math.min(screenFps, options.maxFps || screenFps),
      });
      return await capture(encoder, displaySize);
    } catch (error) {
      log("error", `Capture/encoding error: ${error instanceof Error ? error.message : String(error)}`);
      if (!prepareRetry(video)) return "stop";
      if (isFirstFrameSent) await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      return "restart";
    } finally {
      encoder?.close();
    }
  }

  return {
    async run() {
      const stopListening = display.onDamage(() => {
        isDamaged = true;
        bell.ring();
      });
      signal.addEventListener("abort", wake);
      try {
        let isMetaSent = !options.sendCodecMeta;
        while (!signal.aborted) {
          isReset = false;
          const displaySize = { width: display.size.width, height: display.size.height };
          const video = fitVideo(displaySize, maxSize);
          if (!isMetaSent && !(await parts.write(encodeVideoMeta(video)))) return;
          isMetaSent = true;
          parts.onSize(video, displaySize);
          if ((await captureOnce(video, displaySize)) === "stop") return;
        }
      } finally {
        stopListening();
        signal.removeEventListener("abort", wake);
        log("debug", "Screen streaming stopped");
      }
    },
    reset() {
      isReset = true;
      bell.ring();
    },
  };
}
