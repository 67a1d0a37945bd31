import { expect, test } from "vitest";
import { makeStartTurns } from "./start-turns.ts";

test("sessions start some at a time, and what somebody looks at in particular first", async () => {
  const turns = makeStartTurns();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    if (name === "tile 1") throw new Error("the phone said no");
    return name;
  };
  const tiles = Array.from({ length: 8 }, (_, index) => turns.take(false, work(`tile ${index}`)));
  const focus = turns.take(true, work("focus"));
  const failure = Promise.allSettled([tiles[1]]);
  await Promise.resolve();
  expect(begun).toHaveLength(6);
  expect(turns.isCrowded()).toBe(true);
  ends.get("tile 1")?.();
  expect(await failure).toMatchObject([{ status: "rejected" }]);
  expect(begun.at(-1)).toBe("focus");
  for (const name of ["tile 0", "tile 2", "focus"]) ends.get(name)?.();
  expect(await focus).toBe("focus");
  await new Promise((resolve) => setTimeout(resolve));
  expect(begun.slice(7)).toEqual(["tile 6", "tile 7"]);
  expect(turns.isCrowded()).toBe(false);
});
