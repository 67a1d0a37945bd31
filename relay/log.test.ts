import { expect, test } from "vitest";
import { describeBug } from "./log.ts";

test("what a bug left behind is one line that no terminal obeys", () => {
  const bug = new Error("first\r\nsecond\u001b[2J\u2028third\u0007");
  expect(describeBug(bug)).toMatch(/^Error: first \| second \[2J third {2}\| at /);
  expect(describeBug("x".repeat(10_000))).toHaveLength(2000);
});
