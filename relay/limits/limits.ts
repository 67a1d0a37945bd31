import {
  commandRate,
  controlRate,
  frameRate,
  heartbeatRate,
  mediaByteRate,
  soundRate,
  videoRate,
} from "../../protocol/limits.ts";
import type { Clock } from "../clock.ts";
import { makeRateLimits, type RateLimits } from "./rate-limits.ts";

/** What the event document limits, each by its own key. */
export interface Limits {
  /** By `pc_id`. */
  heartbeats: RateLimits;
  /** By device id. */
  commands: RateLimits;
  /** By device id and layer. */
  frames: RateLimits;
  /** By device id. */
  video: RateLimits;
  /** By device id. */
  sound: RateLimits;
  /** By device id; counted in bytes, of video and sound. */
  mediaBytes: RateLimits;
  /** By device id; counted in control messages. */
  control: RateLimits;
}

export function makeLimits(clock: Clock): Limits {
  const heartbeats = "a worker sends a heartbeat every 3 s at most; this one changed nothing";
  const commands = "a device takes 10 commands a second; wait a moment and send it again";
  const frames = "a device sends 5 frames a second of each size; this one was dropped";
  const video = `a device sends ${videoRate.perSecond} packets of video a second; this one was dropped`;
  const sound = `a device sends ${soundRate.perSecond} packets of sound a second; this one was dropped`;
  const bytes = `a device sends ${mediaByteRate.perSecond / 1e6} MB of video and sound a second; this one was dropped`;
  const control = "a device takes 240 control messages a second; these were dropped";
  return {
    heartbeats: makeRateLimits(heartbeatRate, heartbeats, clock),
    commands: makeRateLimits(commandRate, commands, clock),
    frames: makeRateLimits(frameRate, frames, clock),
    video: makeRateLimits(videoRate, video, clock),
    sound: makeRateLimits(soundRate, sound, clock),
    mediaBytes: makeRateLimits(mediaByteRate, bytes, clock),
    control: makeRateLimits(controlRate, control, clock),
  };
}
