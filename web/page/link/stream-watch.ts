import { streamQuality, type StreamFrame, type StreamQuality } from "../../../protocol/stream.ts";
import type { LinkFault, LinkResult } from "./link-fault.ts";

export interface WatchWish {
  quality: StreamQuality;
  /** Frames a second, 1 to 5. */
  fps: number;
}

export interface Watcher {
  onFrame(frame: StreamFrame): void;
  /** The relay refused; it is asked again when the device or the connection comes back. */
  onRefused?(fault: LinkFault): void;
}

export interface Watch {
  change(wish: WatchWish): void;
  stop(): void;
}

export interface StreamPort {
  isConnected(): boolean;
  start(deviceId: string, wish: WatchWish): Promise<LinkResult<object>>;
  stop(deviceId: string): void;
}

interface Watched {
  wishes: Map<Watcher, WatchWish>;
  asked?: WatchWish | undefined;
  newest?: StreamFrame;
}

/** Lets many components watch one device over one stream: the relay is asked for the greatest wish of them all. */
export function makeStreamWatch(port: StreamPort) {
  const watched = new Map<string, Watched>();
  const unsettled = new Set<string>();

  function touch(deviceId: string): void {
    // A tile that goes and a focus that comes in one turn are one change, not a stop and a start.
    if (unsettled.size === 0) queueMicrotask(settleAll);
    unsettled.add(deviceId);
  }

  function settleAll(): void {
    const ids = [...unsettled];
    unsettled.clear();
    for (const id of ids) settle(id);
  }

  function settle(deviceId: string): void {
    const entry = watched.get(deviceId);
    if (entry === undefined) return;
    const wish = greatestWish(entry.wishes.values());
    if (wish === undefined) {
      watched.delete(deviceId);
      if (entry.asked !== undefined && port.isConnected()) port.stop(deviceId);
      return;
    }
    if (!port.isConnected()) return;
    if (entry.asked?.quality === wish.quality && entry.asked.fps === wish.fps) return;
    entry.asked = wish;
    void ask(deviceId, entry, wish);
  }

  async function ask(deviceId: string, entry: Watched, wish: WatchWish): Promise<void> {
    const answer = await port.start(deviceId, wish);
    if (answer.ok || entry.asked !== wish) return;
    entry.asked = undefined;
    for (const watcher of entry.wishes.keys()) watcher.onRefused?.(answer.fault);
  }

  return {
    watch(deviceId: string, wish: WatchWish, watcher: Watcher): Watch {
      const entry = watched.get(deviceId) ?? { wishes: new Map<Watcher, WatchWish>() };
      watched.set(deviceId, entry);
      entry.wishes.set(watcher, wish);
      if (entry.newest !== undefined) watcher.onFrame(entry.newest);
      touch(deviceId);
      return {
        change(next) {
          if (!entry.wishes.has(watcher)) return;
          entry.wishes.set(watcher, next);
          touch(deviceId);
        },
        stop() {
          if (entry.wishes.delete(watcher)) touch(deviceId);
        },
      };
    },
    deliver(frame: StreamFrame): void {
      const entry = watched.get(frame.device_id);
      if (entry === undefined) return;
      entry.newest = frame;
      for (const watcher of entry.wishes.keys()) watcher.onFrame(frame);
    },
    /** The relay has forgotten this viewer (new connection) or refused before: ask for everything, or one device, anew. */
    askAgain(deviceId?: string): void {
      for (const [id, entry] of watched) {
        if (deviceId !== undefined && id !== deviceId) continue;
        entry.asked = undefined;
        touch(id);
      }
    },
  };
}

function greatestWish(wishes: Iterable<WatchWish>): WatchWish | undefined {
  let greatest: WatchWish | undefined;
  for (const wish of wishes) {
    greatest =
      greatest === undefined
        ? wish
        : {
            quality: rank(wish.quality) > rank(greatest.quality) ? wish.quality : greatest.quality,
            fps: Math.max(wish.fps, greatest.fps),
          };
  }
  return greatest;
}

function rank(quality: StreamQuality): number {
  return streamQuality.options.indexOf(quality);
}
