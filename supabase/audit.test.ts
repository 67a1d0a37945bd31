import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { become, farm } from "./testing/identities.ts";
import { openSeeded } from "./testing/migrated.ts";
import type { Postgres } from "./testing/postgres.ts";

let server: Postgres;
let sql: postgres.Sql;

beforeAll(async () => {
  ({ server, sql } = await openSeeded());
});
afterAll(() => server.close());

function auditRow(sequence: number, at: Date, change: object = {}) {
  return {
    farm_id: farm,
    sequence,
    event_id: randomUUID(),
    at,
    actor: "anna",
    address: "127.0.0.1",
    event: "command:send",
    outcome: "accepted",
    hash: "ab".repeat(32),
    ...change,
  };
}

/** As the relay upserts by REST. */
function add(rows: object[]): Promise<number> {
  return sql.begin(async (transaction) => {
    await become(transaction, "relay");
    const { count } = await transaction`insert into audit_events ${transaction(rows)}
      on conflict (event_id, at) do nothing`;
    return count;
  });
}

async function partitionsOf(eventIds: string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select tableoid::regclass::text as name from audit_events where event_id in ${sql(eventIds)} order by at`;
  return rows.map(({ name }) => name);
}

test("a batch that is sent twice, or again with more, is each row once", async () => {
  const rows = Array.from({ length: 500 }, (_, index) => auditRow(index + 1, new Date(Date.now() + index)));
  expect(await add(rows)).toBe(500);
  expect(await add(rows)).toBe(0);
  expect(await add([...rows.slice(250), auditRow(501, new Date())])).toBe(1);
  const [found] =
    await sql`select count(*)::int as rows, count(distinct event_id)::int as ids from audit_events`;
  expect(found).toEqual({ rows: 501, ids: 501 });
});

test("text is kept byte for byte, details as they were hashed", async () => {
  const details = String.raw`{"b":1,"a":[1.0,1e21],"b":"\u0000 \ud83d\udcf1 é"}`;
  const said = { details, device_id: "D0000000-0000-4000-8000-000000000001", actor: "Åsa 📱" };
  const row = auditRow(1, new Date(), said);
  await add([row]);
  const [found] =
    await sql`select details, device_id, actor from audit_events where event_id = ${row.event_id}`;
  expect(found).toEqual(said);
});

test("no time is refused, and this month and the next three have partitions", async () => {
  const now = new Date();
  const months = [0, 1, 2, 3].map(
    (step) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + step, 1)),
  );
  const rows = [new Date(0), ...months, new Date("2999-01-01")].map((at, index) => auditRow(index + 1, at));
  await add(rows);
  expect(await partitionsOf(rows.map(({ event_id }) => event_id))).toEqual([
    "tabfarm.audit_events_default",
    ...months.map((month) => `tabfarm.audit_events_${month.toISOString().slice(0, 7).replace("-", "_")}`),
    "tabfarm.audit_events_default",
  ]);
});

test("rows that came before their partition move into it, and making partitions again makes none", async () => {
  const now = new Date();
  const late = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 6, 15));
  const row = auditRow(1, late);
  await add([row]);
  expect(await partitionsOf([row.event_id])).toEqual(["tabfarm.audit_events_default"]);
  const make = () =>
    sql.begin(async (transaction) => {
      await become(transaction, "relay");
      const [made] = await transaction`select make_audit_partitions(6) as count`;
      return Number(made?.["count"]);
    });
  expect(await make()).toBe(3);
  expect(await make()).toBe(0);
  expect(await partitionsOf([row.event_id])).toEqual([
    `tabfarm.audit_events_${late.toISOString().slice(0, 7).replace("-", "_")}`,
  ]);
  expect(await add([row])).toBe(0);
});

test("a time range reads the partitions it names and no other", async () => {
  const plan = await sql`explain (costs off) select * from audit_events
    where farm_id = ${farm} and at >= now() and at < now() + interval '1 day' order by at`;
  const scanned = plan.map((line) => String(line["QUERY PLAN"])).join("\n");
  expect(scanned).not.toContain("_default_");
  expect(scanned.match(/ on audit_events_\d{4}_\d\d/g)?.length).toBeLessThanOrEqual(6);
});

test("every partition has row-level security, no rights for clients, and a BRIN index on time", async () => {
  const partitions = await sql<{ name: string; secured: boolean; open: boolean; brin: number }[]>`
    select c.relname as name, c.relrowsecurity as secured,
      has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select')
        or has_table_privilege('service_role', c.oid, 'select') as open,
      (select count(*)::int from pg_indexes i
       where i.schemaname = 'tabfarm' and i.tablename = c.relname and i.indexdef like '%brin%') as brin
    from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'public.audit_events'::regclass`;
  expect(partitions.length).toBeGreaterThan(4);
  expect(partitions.filter(({ secured, open, brin }) => !secured || open || brin !== 1)).toEqual([]);
});
