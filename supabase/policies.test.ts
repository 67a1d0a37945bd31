import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  asIdentity,
  farm,
  identities,
  otherFarm,
  seedFarms,
  userIds,
  type Identity,
} from "./testing/identities.ts";
import { bootstrap, migrate } from "./testing/migrations.ts";
import { startPostgres, type Postgres } from "./testing/postgres.ts";

/**
 * Who may do what to what, asked of a real Postgres and compared with the table below: `yes`, `no` (refused), or `none`
 * (no error, and no row of the farm seen or touched). Everybody is of `farm` save the stranger, the other farm's admin.
 */
const expected = `
                                          anon     viewer   operator admin    worker   stranger relay
farms             read                    no       yes      yes      yes      yes      none     yes
farms             insert                  no       no       no       no       no       no       yes
farms             update                  no       no       no       no       no       no       yes
farms             delete                  no       no       no       no       no       no       yes
members           read oneself            no       yes      yes      yes      none     none     yes
members           read another            no       none     none     yes      none     none     yes
members           insert                  no       no       no       no       no       no       yes
members           update                  no       no       no       no       no       no       yes
members           delete                  no       no       no       no       no       no       yes
workers           read desk-1             no       yes      yes      yes      yes      none     yes
workers           read desk-2             no       yes      yes      yes      none     none     yes
workers           insert                  no       no       no       no       no       no       yes
workers           update desk-1's time    no       none     none     none     yes      none     yes
workers           update desk-2's time    no       none     none     none     none     none     yes
workers           update is_online        no       no       no       no       no       no       yes
workers           update user_id          no       no       no       no       no       no       yes
workers           delete                  no       no       no       no       no       no       yes
devices           read                    no       yes      yes      yes      yes      none     yes
devices           insert on desk-1        no       no       no       no       yes      no       yes
devices           insert on desk-2        no       no       no       no       no       no       yes
devices           insert in other farm    no       no       no       no       no       no       yes
devices           insert with version     no       no       no       no       no       no       yes
devices           insert with time        no       no       no       no       no       no       yes
devices           insert with reporter    no       no       no       no       no       no       yes
devices           update desk-1's         no       none     none     none     yes      none     yes
devices           update desk-2's         no       none     none     none     no       none     yes
devices           update version          no       no       no       no       no       no       yes
devices           update time             no       no       no       no       no       no       yes
devices           update reporter         no       no       no       no       no       no       yes
devices           give to desk-2          no       none     none     none     none     none     yes
devices           give to other farm      no       none     none     none     no       none     no
devices           take from live desk-2   no       none     none     none     none     none     yes
devices           take unplugged there    no       none     none     none     yes      none     yes
devices           take from dead desk-3   no       none     none     none     yes      none     yes
devices           delete                  no       no       no       no       no       no       yes
groups            read                    no       yes      yes      yes      none     none     yes
groups            insert                  no       no       no       no       no       no       yes
groups            update                  no       no       no       no       no       no       yes
groups            delete                  no       no       no       no       no       no       yes
group_devices     read                    no       yes      yes      yes      none     none     yes
group_devices     insert                  no       no       no       no       no       no       yes
group_devices     update                  no       no       no       no       no       no       yes
group_devices     delete                  no       no       no       no       no       no       yes
jobs              read                    no       yes      yes      yes      none     none     yes
jobs              insert                  no       no       no       no       no       no       yes
jobs              update                  no       no       no       no       no       no       yes
jobs              delete                  no       no       no       no       no       no       yes
assignments       read                    no       yes      yes      yes      none     none     yes
assignments       insert                  no       no       no       no       no       no       yes
assignments       update                  no       no       no       no       no       no       yes
assignments       delete                  no       no       no       no       no       no       yes
audit_events      read                    no       none     none     yes      none     none     yes
audit_events      insert                  no       no       no       no       no       no       yes
audit_events      update                  no       no       no       no       no       no       no
audit_events      delete                  no       no       no       no       no       no       no
audit_events      truncate                no       no       no       no       no       no       no
audit partition   read                    no       no       no       no       no       no       no
audit partition   insert                  no       no       no       no       no       no       no
audit partition   update                  no       no       no       no       no       no       no
audit partition   delete                  no       no       no       no       no       no       no
topic farm:<id>   receive                 none     yes      yes      yes      yes      none     yes
topic farm:<id>   send                    no       no       no       no       no       no       yes
topic farm:<id>   update                  none     none     none     none     none     none     yes
topic farm:<id>   delete                  no       no       no       no       no       no       no
topic farm:<id>   presence                none     none     none     none     none     none     yes
topic farm:<id>   receive via other topic none     none     none     none     none     none     yes
other topic       receive                 none     none     none     none     none     none     yes
other topic       send                    no       no       no       no       no       no       yes
farm_snapshot     call                    no       yes      yes      yes      yes      none     yes
make_audit_par…   call                    no       no       no       no       no       no       yes
`.trim();

let server: Postgres;
let owner: postgres.Sql;
let sql: postgres.Sql;

beforeAll(async () => {
  server = await startPostgres();
  sql = server.connect("supabase_admin");
  owner = server.connect("postgres");
  await bootstrap(sql);
  await bootstrap(sql);
  await migrate(owner);
  await seedFarms(owner);
  await seedRows();
});
afterAll(() => server.close());

const onDesk1 = "d0000000-0000-4000-8000-000000000001";
const onDesk2 = "d0000000-0000-4000-8000-000000000002";
const unpluggedOnDesk2 = "d0000000-0000-4000-8000-000000000003";
const onDeadDesk3 = "d0000000-0000-4000-8000-000000000004";

async function seedRows(): Promise<void> {
  const device = (deviceId: string, pcId: string, status: string) => ({
    farm_id: farm,
    device_id: deviceId,
    serial_number: deviceId.slice(-4),
    pc_id: pcId,
    version: 1,
    status,
    health_status: status === "offline" ? "offline" : "healthy",
    reported_by: "relay",
  });
  await owner`insert into devices ${owner([
    device(onDesk1, "desk-1", "idle"),
    device(onDesk2, "desk-2", "idle"),
    device(unpluggedOnDesk2, "desk-2", "offline"),
    device(onDeadDesk3, "desk-3", "idle"),
  ])}`;
  await owner`insert into workers (farm_id, pc_id, last_seen_at)
    values (${farm}, 'desk-3', clock_timestamp() - interval '91 seconds')`;
  await owner`insert into groups values (${farm}, 'all')`;
  await owner`insert into group_devices values (${farm}, 'all', ${onDesk1})`;
  await owner`insert into jobs (farm_id, job_id, name, created_by, status)
    values (${farm}, 'job', 'Job', 'anna', 'running')`;
  await owner`insert into assignments (farm_id, assignment_id, job_id, device_id, status)
    values (${farm}, 'assignment', 'job', ${onDesk1}, 'running')`;
  await owner`insert into audit_events (farm_id, sequence, event_id, at, actor, address, event, outcome, hash)
    values (${farm}, 1, gen_random_uuid(), now(), 'relay', '', 'start', 'ok', repeat('0', 64))`;
}

interface Attempt {
  statement: string;
  /** What Realtime sets in the session when it asks whether somebody may join. */
  topic?: string;
}
const farmTopic = `farm:${farm}`;
const insertDevice = (columns: string, values: string, farmId = farm, pcId = "desk-1") =>
  `insert into devices (farm_id, device_id, serial_number, pc_id, status, health_status${columns})
   values ('${farmId}', gen_random_uuid(), 'new', '${pcId}', 'idle', 'healthy'${values})`;
const withVersion = (identity: Identity): [string, string] =>
  identity === "relay" ? [", version", ", 7"] : ["", ""];
const updateDevice = (deviceId: string, change: string, identity: Identity) =>
  `update devices set ${change}${identity === "relay" && !change.startsWith("version") ? ", version = 7" : ""}
   where farm_id = '${farm}' and device_id = '${deviceId}'`;
const insertAudit = (
  table: string,
) => `insert into ${table} (farm_id, sequence, event_id, at, actor, address, event, outcome, hash)
   values ('${farm}', 2, gen_random_uuid(), now() - interval '9 years', 'x', '', 'x', 'x', repeat('0', 64))`;

/** What is tried, by the first two columns of the table. */
const attempts: Record<string, string | Attempt | ((identity: Identity) => string)> = {
  "farms · read": `select from farms where id = '${farm}'`,
  "farms · insert": "insert into farms (name) values ('Mine')",
  "farms · update": `update farms set name = 'Mine' where id = '${farm}'`,
  "farms · delete": "delete from farms where name = 'Third farm'",
  "members · read oneself": `select from members
     where farm_id = '${farm}' and user_id = coalesce(auth.uid(), '${userIds.viewer}')`,
  "members · read another": `select from members where farm_id = '${farm}'
     and user_id <> coalesce(auth.uid(), '${userIds.viewer}')`,
  "members · insert": `insert into members values ('${farm}', '${userIds.stranger}', 'admin')`,
  "members · update": `update members set role = 'admin' where farm_id = '${farm}'`,
  "members · delete": `delete from members where farm_id = '${farm}'`,
  "workers · read desk-1": `select from workers where farm_id = '${farm}' and pc_id = 'desk-1'`,
  "workers · read desk-2": `select from workers where farm_id = '${farm}' and pc_id = 'desk-2'`,
  "workers · insert": `insert into workers (farm_id, pc_id) values ('${farm}', 'desk-9')`,
  "workers · update desk-1's time": `update workers set last_seen_at = now()
     where farm_id = '${farm}' and pc_id = 'desk-1'`,
  "workers · update desk-2's time": `update workers set last_seen_at = now()
     where farm_id = '${farm}' and pc_id = 'desk-2'`,
  "workers · update is_online": `update workers set is_online = true where farm_id = '${farm}'`,
  "workers · update user_id": `update workers set user_id = null where farm_id = '${farm}'`,
  "workers · delete": `delete from workers where farm_id = '${farm}'`,
  "devices · read": `select from devices where farm_id = '${farm}'`,
  "devices · insert on desk-1": (identity) => insertDevice(...withVersion(identity)),
  "devices · insert on desk-2": (identity) => insertDevice(...withVersion(identity), farm, "desk-2"),
  "devices · insert in other farm": (identity) => insertDevice(...withVersion(identity), otherFarm),
  "devices · insert with version": insertDevice(", version", ", 7"),
  "devices · insert with time": (identity) => {
    const [column, value] = withVersion(identity);
    return insertDevice(`${column}, last_seen_at`, `${value}, now()`);
  },
  "devices · insert with reporter": (identity) => {
    const [column, value] = withVersion(identity);
    return insertDevice(`${column}, reported_by`, `${value}, 'relay'`);
  },
  "devices · update desk-1's": (identity) => updateDevice(onDesk1, "battery_level = 50", identity),
  "devices · update desk-2's": (identity) => updateDevice(onDesk2, "battery_level = 50", identity),
  "devices · update version": (identity) => updateDevice(onDesk1, "version = 7", identity),
  "devices · update time": (identity) => updateDevice(onDesk1, "last_seen_at = now()", identity),
  "devices · update reporter": (identity) => updateDevice(onDesk1, "reported_by = 'relay'", identity),
  "devices · give to desk-2": (identity) => updateDevice(onDesk1, "pc_id = 'desk-2'", identity),
  "devices · give to other farm": (identity) => updateDevice(onDesk1, `farm_id = '${otherFarm}'`, identity),
  "devices · take from live desk-2": (identity) => updateDevice(onDesk2, "pc_id = 'desk-1'", identity),
  "devices · take unplugged there": (identity) =>
    updateDevice(unpluggedOnDesk2, "pc_id = 'desk-1'", identity),
  "devices · take from dead desk-3": (identity) => updateDevice(onDeadDesk3, "pc_id = 'desk-1'", identity),
  "devices · delete": `delete from devices where farm_id = '${farm}'`,
  "groups · read": `select from groups where farm_id = '${farm}'`,
  "groups · insert": `insert into groups values ('${farm}', 'mine')`,
  "groups · update": `update groups set name = 'mine' where farm_id = '${farm}'`,
  "groups · delete": `delete from groups where farm_id = '${farm}'`,
  "group_devices · read": `select from group_devices where farm_id = '${farm}'`,
  "group_devices · insert": `insert into group_devices values ('${farm}', 'all', '${onDesk2}')`,
  "group_devices · update": `update group_devices set device_id = '${onDesk2}' where farm_id = '${farm}'`,
  "group_devices · delete": `delete from group_devices where farm_id = '${farm}'`,
  "jobs · read": `select from jobs where farm_id = '${farm}'`,
  "jobs · insert": `insert into jobs (farm_id, job_id, name, created_by, status)
     values ('${farm}', 'mine', 'Mine', 'me', 'running')`,
  "jobs · update": `update jobs set status = 'cancelled' where farm_id = '${farm}'`,
  "jobs · delete": `delete from jobs where farm_id = '${farm}'`,
  "assignments · read": `select from assignments where farm_id = '${farm}'`,
  "assignments · insert": `insert into assignments (farm_id, assignment_id, job_id, device_id, status)
     values ('${farm}', 'mine', 'job', '${onDesk1}', 'running')`,
  "assignments · update": `update assignments set status = 'cancelled' where farm_id = '${farm}'`,
  "assignments · delete": `delete from assignments where farm_id = '${farm}'`,
  "audit_events · read": `select from audit_events where farm_id = '${farm}'`,
  "audit_events · insert": insertAudit("audit_events"),
  "audit_events · update": `update audit_events set actor = 'me' where farm_id = '${farm}'`,
  "audit_events · delete": `delete from audit_events where farm_id = '${farm}'`,
  "audit_events · truncate": "truncate audit_events",
  "audit partition · read": "select from tabfarm.audit_events_default",
  "audit partition · insert": insertAudit("tabfarm.audit_events_default"),
  "audit partition · update": "update tabfarm.audit_events_default set actor = 'me'",
  "audit partition · delete": "delete from tabfarm.audit_events_default",
  "topic farm:<id> · receive": {
    topic: farmTopic,
    statement: `select from realtime.messages where topic = '${farmTopic}' and extension = 'broadcast'`,
  },
  "topic farm:<id> · send": {
    topic: farmTopic,
    statement: `insert into realtime.messages (topic, extension, event, payload, private)
      values ('${farmTopic}', 'broadcast', 'devices', '{}', true)`,
  },
  "topic farm:<id> · update": {
    topic: farmTopic,
    statement: `update realtime.messages set payload = '{}' where topic = '${farmTopic}'`,
  },
  "topic farm:<id> · delete": { topic: farmTopic, statement: "delete from realtime.messages" },
  "topic farm:<id> · presence": {
    topic: farmTopic,
    statement: `select from realtime.messages where topic = '${farmTopic}' and extension = 'presence'`,
  },
  "topic farm:<id> · receive via other topic": {
    topic: "room",
    statement: `select from realtime.messages where topic = '${farmTopic}' and extension = 'broadcast'`,
  },
  "other topic · receive": { topic: "room", statement: "select from realtime.messages where topic = 'room'" },
  "other topic · send": {
    topic: "room",
    statement: "insert into realtime.messages (topic, extension) values ('room', 'broadcast')",
  },
  "farm_snapshot · call": `select from (select farm_snapshot('${farm}') as it) answer where it is not null`,
  "make_audit_par… · call": "select make_audit_partitions()",
};

test("everybody may do to every table, topic and function what the table says, and nothing else", async () => {
  await owner`insert into farms (name) values ('Third farm')`;
  await owner`update workers set last_seen_at = clock_timestamp() where pc_id = 'desk-2'`;
  await sql`insert into realtime.messages (topic, extension) values
    (${`farm:${farm}`}, 'broadcast'), (${`farm:${farm}`}, 'presence'), ('room', 'broadcast')`;
  const lines = [row("", "", identities)];
  for (const [name, attempt] of Object.entries(attempts)) {
    const [on = "", operation = ""] = name.split(" · ");
    const cells = [];
    for (const identity of identities) {
      const what = typeof attempt === "function" ? attempt(identity) : attempt;
      cells.push(await tryAs(identity, typeof what === "string" ? { statement: what } : what));
    }
    lines.push(row(on, operation, cells));
  }
  const found = lines.join("\n").trim();
  process.stdout.write(`\nPostgres ${server.version}\n${" ".repeat(42)}${found}\n\n`);
  expect(found).toBe(expected);
});

function row(on: string, operation: string, cells: readonly string[]): string {
  const [last = "", ...others] = cells.toReversed();
  return (
    on.padEnd(18) +
    operation.padEnd(24) +
    others
      .toReversed()
      .map((cell) => cell.padEnd(9))
      .join("") +
    last
  );
}

async function tryAs(identity: Identity, { statement, topic = "" }: Attempt): Promise<"yes" | "none" | "no"> {
  try {
    const count = await asIdentity(sql, identity, async (transaction) => {
      await transaction`select set_config('realtime.topic', ${topic}, true)`;
      return (await transaction.unsafe(statement)).count;
    });
    return count > 0 ? "yes" : "none";
  } catch (failure) {
    if (!(failure instanceof postgres.PostgresError)) throw failure;
    // Not even the relay moves a device to another farm: that is the trigger's word.
    const isRefusal = failure.code === "42501" || failure.message.endsWith("keeps its farm and its id");
    if (isRefusal) return "no";
    throw new Error(`${identity}: ${statement}`, { cause: failure });
  }
}

test("the table above leaves nothing of the schema out", async () => {
  const tables = await owner<{ name: string; secured: boolean }[]>`
    select relname as name, relrowsecurity as secured from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') order by relname`;
  const functions = await owner<{ name: string }[]>`
    select proname as name from pg_proc where pronamespace = 'public'::regnamespace order by proname`;
  expect(tables.filter(({ secured }) => !secured)).toEqual([]);
  for (const { name } of tables) {
    for (const operation of ["read", "insert", "update", "delete"]) {
      expect(Object.keys(attempts).some((attempt) => attempt.startsWith(`${name} · ${operation}`))).toBe(
        true,
      );
    }
  }
  expect(functions.map(({ name }) => name)).toEqual(["farm_snapshot", "make_audit_partitions"]);
});

test("functions that look past the policies trust no search path, and clients may call only those that policies ask", async () => {
  const functions = await owner<
    { name: string; definer: boolean; config: string[] | null; by_clients: boolean }[]
  >`
    select proname as name, prosecdef as definer, proconfig as config,
      has_function_privilege('authenticated', oid, 'execute') as by_clients
    from pg_proc where pronamespace in ('tabfarm'::regnamespace, 'public'::regnamespace)`;
  expect(functions.filter(({ config }) => config?.includes('search_path=""') !== true)).toEqual([]);
  expect(
    functions
      .filter(({ by_clients, definer }) => by_clients && definer)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["farms_as", "is_pc_alive", "own_pc", "visible_farms"]);
});
