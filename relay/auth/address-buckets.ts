import { isIPv6 } from "node:net";
import { makeTokenBucket, type Rate, type TokenBucket } from "../../protocol/token-bucket.ts";
import type { Clock } from "../clock.ts";

const rate: Rate = { perSecond: 1 / 3, burst: 20 };
/** Who was quiet for longest is forgotten first. */
export const mostAddresses = 10_000;

/** A token bucket for each address: 20 at once, then one every 3 s. */
export interface AddressBuckets {
  isEmpty(address: string): boolean;
  /** False, and nothing is spent, when it is empty. */
  spend(address: string): boolean;
}

export function makeAddressBuckets(clock: Clock): AddressBuckets {
  const buckets = new Map<string, TokenBucket>();

  return {
    isEmpty(address) {
      const nowMs = clock.now();
      const readyAtMs = buckets.get(networkOf(address))?.readyAtMs(nowMs, 1) ?? nowMs;
      return readyAtMs > nowMs;
    },
    spend(address) {
      const key = networkOf(address);
      const bucket = buckets.get(key) ?? makeTokenBucket(rate);
      if (!bucket.take(clock.now())) return false;
      // Behind all others, so that the first one is who was quiet for longest.
      buckets.delete(key);
      buckets.set(key, bucket);
      const [quietest] = buckets.keys();
      if (buckets.size > mostAddresses && quietest !== undefined) buckets.delete(quietest);
      return true;
    },
  };
}

/** Whom an address belongs to: an IPv6 host has a whole /64 to itself, and may come from anywhere in it. */
export function networkOf(address: string): string {
  const [bare = ""] = address.toLowerCase().split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(bare)) return bare;
  const [head = "", tail] = bare.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  // A dotted end stands for two groups.
  const groups = first.length + last.length + (bare.includes(".") ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups }, () => "0");
  const network = [...first, ...zeros, ...last].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
