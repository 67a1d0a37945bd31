import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as v from "valibot";
import { auditRow } from "../../protocol/audit.ts";
import type { TestClient } from "../testing/test-client.ts";
import { deviceA, deviceB, makeTestFarm, type TestFarm } from "../testing/test-farm.ts";

let farm: TestFarm;
let admin: TestClient;
let startMs: number;
beforeEach(async () => {
  farm = makeTestFarm();
  admin = await farm.dashboard();
  startMs = farm.clock.now();
  const events = ["command:send", "command:ack", "connect", "command", "commander"];
  for (let index = 0; index < 300; index += 1) {
    farm.store.addAuditEvent({
      eventId: crypto.randomUUID(),
      // Now and then the clock is set back by half an hour.
      atMs: startMs + index * 1000 - (index % 50 === 0 ? 1_800_000 : 0),
      actor: index % 2 === 0 ? "ann" : "ben",
      address: "::1",
      event: events[index % events.length] ?? "",
      ...(index % 3 === 0 ? {} : { deviceId: index % 3 === 1 ? deviceA : deviceB }),
      outcome: "ok",
      details: { index },
    });
  }
});
afterEach(() => farm.close());

const page = v.object({ ok: v.literal(true), rows: v.array(auditRow), next_before: v.optional(v.number()) });

/** All rows of a search, page by page, oldest last. */
async function search(query: object): Promise<v.InferOutput<typeof auditRow>[]> {
  const rows: v.InferOutput<typeof auditRow>[] = [];
  let before: number | undefined;
  do {
    const answer = v.parse(page, await admin.request("audit:query", { ...query, ...(before && { before }) }));
    rows.push(...answer.rows);
    before = answer.next_before;
  } while (before !== undefined);
  return rows;
}

describe("[R5] a search of the trail", () => {
  test.each([
    ["nothing", {}],
    ["an actor", { actor: "ann" }],
    ["a device", { device_id: deviceB }],
    ["an event", { event: "command" }],
    ["the beginning of an event", { event: "command:*" }],
    ["any event", { event: "*" }],
    ["all of these", { actor: "ben", device_id: deviceA, event: "comm*" }],
    ["a time", { from_ms: 100_000, until_ms: 110_000 }],
    ["a time when the clock was set back", { from_ms: -1_800_000, until_ms: -1_000_000, actor: "ann" }],
    ["what is not there", { actor: "nobody" }],
  ])("by %s finds every row that matches, newest first, in pages", async (_, asked) => {
    const { from_ms, until_ms, ...rest } = { from_ms: undefined, until_ms: undefined, ...asked };
    const query = {
      ...rest,
      ...(from_ms === undefined ? {} : { from_ms: startMs + from_ms }),
      ...(until_ms === undefined ? {} : { until_ms: startMs + until_ms }),
    };
    const wanted: Record<string, unknown> = query;
    const expected = farm.store.listAuditEvents(1000).filter((row) => {
      const { actor = row.actor, device_id = row.deviceId, event = row.event } = wanted;
      const name = String(event);
      const isNamed = name.endsWith("*") ? row.event.startsWith(name.slice(0, -1)) : row.event === name;
      const { from_ms: fromMs = row.atMs, until_ms: untilMs = row.atMs } = wanted;
      return (
        row.actor === actor &&
        row.deviceId === device_id &&
        isNamed &&
        row.atMs >= Number(fromMs) &&
        row.atMs <= Number(untilMs)
      );
    });
    // Each first page of a search leaves a row that says so, after it was read.
    for (const limit of [7, 500]) {
      const found = await search({ ...query, limit });
      const ids = found
        .map(({ event_id }) => event_id)
        .filter((id) => expected.some(({ eventId }) => eventId === id));
      expect(ids).toEqual(expected.map(({ eventId }) => eventId));
      expect(found.every(({ event }) => event !== "audit:query") || found.length <= expected.length + 1).toBe(
        true,
      );
    }
    expect(farm.store.listAuditEvents(1)).toMatchObject([{ actor: "dashboard", event: "audit:query" }]);
  });

  test("shows each row with its hash and its details", async () => {
    const [row] = await search({ actor: "ann", limit: 1 });
    expect(row).toMatchObject({ at: new Date(startMs + 298_000).toISOString(), details: { index: 298 } });
    expect(row?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("[R1] that a page looks at the list again and again is one row for each connection", async () => {
  for (let index = 0; index < 5; index += 1) await admin.request("device:list");
  await (await farm.dashboard()).request("device:list");
  expect(farm.store.listAuditEvents(1000).filter(({ event }) => event === "device:list")).toHaveLength(2);
});
