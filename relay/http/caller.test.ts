import { describe, expect, test } from "vitest";
import { addressOf, bearerTokenOf, isLoopback } from "./caller.ts";

describe("[W11] a caller's address", () => {
  test("is the peer's, whatever a header says", () => {
    expect(addressOf({ "x-forwarded-for": "192.0.2.1" }, "10.0.0.1", false)).toBe("10.0.0.1");
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    // What the caller itself sent, and what the proxy added.
    ["203.0.113.9, 192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8::1"],
    ["nonsense", "10.0.0.1"],
    ["", "10.0.0.1"],
    [undefined, "10.0.0.1"],
  ])("behind a proxy that says %j is %s", (forwarded, address) => {
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    expect(addressOf(headers, "10.0.0.1", true)).toBe(address);
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::1", true],
  ["[::1]", true],
  ["::ffff:127.0.0.1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.5", false],
  ["127.0.0.1.example", false],
  ["localhost.example", false],
  ["", false],
])("%j is loopback: %s", (host, isIt) => {
  expect(isLoopback(host)).toBe(isIt);
});

test.each([
  ["Bearer abc", "abc"],
  ["bearer  abc ", "abc"],
  ["Basic abc", undefined],
  ["Bearer", undefined],
  ["Bearer a b", undefined],
])("the token of %j is %j", (authorization, token) => {
  expect(bearerTokenOf({ headers: { authorization } })).toBe(token);
});
