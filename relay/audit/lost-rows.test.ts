import { expect, test, vi } from "vitest";
import { makeSqliteStore } from "../store/sqlite-store.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { makeAudit } from "./audit.ts";

test("[R3] rows that found no room are counted in a row as soon as there is room", () => {
  const clock = makeManualClock();
  const store = makeSqliteStore(":memory:", clock);
  const logLines: string[] = [];
  let lastId = 0;
  const audit = makeAudit(
    store,
    clock,
    () => `${(lastId += 1)}`,
    (line) => logLines.push(line),
  );
  const record = (event: string) => audit.record({ actor: "a", address: "b" }, { event, outcome: "ok" });
  const refusal = vi.spyOn(store, "addAuditEvent").mockImplementation(() => {
    throw new Error("no more can wait");
  });
  for (const event of ["one", "two", "three"]) record(event);
  refusal.mockRestore();
  record("four");
  record("five");
  expect(store.listAuditEvents(10).toReversed()).toMatchObject([
    { actor: "relay", event: "audit:lost", outcome: "failed", details: { rows: 3 } },
    { event: "four" },
    { event: "five" },
  ]);
  expect(logLines).toEqual([expect.stringContaining("loses rows")]);
  store.close();
});
