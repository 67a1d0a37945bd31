import { expect, test } from "vitest";
import { problemCode } from "../../../protocol/device-state.ts";
import { adviceOn } from "./advice.ts";

test.each(problemCode.options)("%s has words and something to do", (code) => {
  expect(adviceOn[code].title).toMatch(/^[A-Z].{5,}[^.]$/);
  expect(adviceOn[code].steps.length).toBeGreaterThan(0);
  // What is to be typed stands between two backticks.
  for (const step of adviceOn[code].steps) expect(step.split("`").length % 2).toBe(1);
});

test("a held phone is freed with adb kill-server and a closed tab", () => {
  const said = adviceOn.IN_USE.steps.join(" ");
  expect(said).toContain("`adb kill-server`");
  expect(said).toMatch(/close every other browser tab/i);
});

test("a phone that asks needs Allow and Always allow", () => {
  expect(`${adviceOn.AUTH_PENDING.title} ${adviceOn.AUTH_PENDING.steps.join(" ")}`).toMatch(
    /Allow.*Always allow/,
  );
});
