import type { LiveControl } from "../commands/touch-control.ts";
import type { Mirror } from "./mirror.ts";

/** Who waits for a session to send one command over. */
export interface ControlWaiters {
  isEmpty(): boolean;
  add(): Promise<LiveControl>;
  /** A session is up; nothing happens while it is not quite. */
  settle(mirror: Mirror): void;
  reject(reason: string): void;
}

export function makeControlWaiters(): ControlWaiters {
  const waiting: PromiseWithResolvers<LiveControl>[] = [];
  return {
    isEmpty: () => waiting.length === 0,
    add: () => {
      const opened = Promise.withResolvers<LiveControl>();
      waiting.push(opened);
      return opened.promise;
    },
    settle: (mirror) => {
      const live = mirror.live();
      if (live !== undefined) for (const each of waiting.splice(0)) each.resolve(live);
    },
    reject: (reason) => {
      for (const each of waiting.splice(0)) each.reject(new Error(reason));
    },
  };
}
