import { heartbeatRate } from "../../../protocol/limits.ts";
import { makeTokenBucket } from "../../../protocol/token-bucket.ts";

const everyMs = 5000;
/** Changes that come together (a hub is unplugged) are told together. */
const coalesceMs = 200;
/** Below the relay's burst by what the way there may squeeze together. */
const burst = heartbeatRate.burst - 2;
/** Tokens that are left for what cannot wait. */
const reserve = 3;

/** What a heartbeat would tell the relay: nothing new; something; who is there or answers, which cannot wait. */
export type HeartbeatNews = "none" | "some" | "urgent";

export interface HeartbeatSource {
  news: () => HeartbeatNews;
  /** False when it could not be sent. */
  send: () => boolean;
}

/** Says when to send a heartbeat: often enough for the farm, never more often than the relay takes. */
export interface HeartbeatTimer {
  /** A device changed: one heartbeat soon. */
  soon(): void;
  /** The relay is back: one heartbeat as soon as one may be sent. */
  now(): void;
  stop(): void;
}

export function startHeartbeatTimer({ news, send }: HeartbeatSource): HeartbeatTimer {
  const bucket = makeTokenBucket({ ...heartbeatRate, burst });
  let regular: ReturnType<typeof setTimeout> | undefined;
  let early: ReturnType<typeof setTimeout> | undefined;
  /** For tokens, after the changes were looked at. */
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  function beat(): void {
    clearTimeout(waiting);
    clearTimeout(early);
    early = undefined;
    if (isStopped) return;
    const readyMs = bucket.readyAtMs(Date.now(), 1) - Date.now();
    if (readyMs > 0) {
      waiting = setTimeout(beat, readyMs);
      return;
    }
    if (send()) bucket.take(Date.now());
    restart();
  }

  function restart(): void {
    clearTimeout(regular);
    regular = setTimeout(beat, everyMs);
  }

  function look(): void {
    early = undefined;
    clearTimeout(waiting);
    if (isStopped) return;
    const found = news();
    if (found === "none") return;
    const needed = found === "urgent" ? 1 : reserve;
    const readyMs = bucket.readyAtMs(Date.now(), needed) - Date.now();
    if (readyMs > 0) waiting = setTimeout(look, readyMs);
    else beat();
  }

  restart();
  return {
    soon: () => {
      if (!isStopped) early ??= setTimeout(look, coalesceMs);
    },
    now: beat,
    stop: () => {
      isStopped = true;
      for (const timer of [regular, early, waiting]) clearTimeout(timer);
    },
  };
}
