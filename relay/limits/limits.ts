import { commandRate, controlRate, frameRate, heartbeatRate } from "../../protocol/limits.ts";
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
  /** By device id; counted in control messages. */
  control: RateLimits;
}

export function makeLimits(clock: Clock): Limits {
  const heartbeats = "a worker sends a heartbeat every 3 s at most; this one changed nothing";
  const commands = "a device takes 10 commands a second; wait a moment and send it again";
  const frames = "a device sends 5 frames a second of each size; this one was dropped";
  const control = "a device takes 240 control messages a second; these were dropped";
  return {
    heartbeats: makeRateLimits(heartbeatRate, heartbeats, clock),
    commands: makeRateLimits(commandRate, commands, clock),
    frames: makeRateLimits(frameRate, frames, clock),
    control: makeRateLimits(controlRate, control, clock),
  };
}
