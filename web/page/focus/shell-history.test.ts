import { expect, test } from "vitest";
import { makeShellHistory } from "./shell-history.ts";

test("the arrows go through what was run, and back to what was being typed", () => {
  const history = makeShellHistory();
  for (const command of ["id", "ls", "ls"]) history.add(command);
  expect(history.older("dra")).toBe("ls");
  expect(history.older("ls")).toBe("id");
  expect(history.older("id")).toBeUndefined();
  expect(history.newer()).toBe("ls");
  expect(history.newer()).toBe("dra");
  expect(history.newer()).toBeUndefined();
});
