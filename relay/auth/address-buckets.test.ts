import { describe, expect, test } from "vitest";
import { makeManualClock } from "../testing/manual-clock.ts";
import { makeAddressBuckets, mostAddresses, networkOf } from "./address-buckets.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:2::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ["no address", "no address"],
])("%s belongs to %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe("a bucket of an address", () => {
  test("has twenty, and one more every three seconds", () => {
    const clock = makeManualClock();
    const buckets = makeAddressBuckets(clock);
    const spendAll = () => {
      let spent = 0;
      while (buckets.spend("a")) spent += 1;
      return spent;
    };
    expect(spendAll()).toBe(20);
    clock.advance(2999);
    expect(buckets.isEmpty("a")).toBe(true);
    clock.advance(1);
    expect(buckets.isEmpty("a")).toBe(false);
    expect(spendAll()).toBe(1);
    expect(buckets.isEmpty("b")).toBe(false);
    clock.advance(3_600_000);
    expect(spendAll()).toBe(20);
  });

  test("is forgotten when there are too many and it was used least lately", () => {
    const buckets = makeAddressBuckets(makeManualClock());
    for (const address of ["early", "busy"]) while (buckets.spend(address));
    for (let index = 2; index < mostAddresses; index += 1) buckets.spend(`address ${index}`);
    expect([buckets.isEmpty("early"), buckets.isEmpty("busy")]).toEqual([true, true]);
    buckets.spend("one more");
    expect([buckets.isEmpty("early"), buckets.isEmpty("busy")]).toEqual([false, true]);
  });
});
