import type postgres from "postgres";
import { parse } from "valibot";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deviceStatusUpdate } from "../protocol/device.ts";
import { deviceRow } from "./testing/device-row.ts";
import { asIdentity, become, farm, otherFarm, type Identity } from "./testing/identities.ts";
import { openSeeded } from "./testing/migrated.ts";
import type { Postgres } from "./testing/postgres.ts";

let server: Postgres;
let sql: postgres.Sql;

beforeAll(async () => {
  ({ server, sql } = await openSeeded());
});
afterAll(() => server.close());
beforeEach(() => sql`truncate devices, realtime.messages`);

interface DeviceRow {
  device_id: string;
  serial_number: string;
  pc_id: string;
  status: string;
  health_status: string;
  version: string;
  last_seen_at: Date;
  reported_by: string;
  battery_level: number | null;
}

const device = (change?: object) => deviceRow(farm, change);

/** An upsert as REST makes it: every column that is given, and `returning`. */
function upsert(identity: Identity, rows: object[]): Promise<DeviceRow[]> {
  return sql.begin(async (transaction) => {
    await become(transaction, identity);
    const columns = Object.keys(rows[0] ?? {});
    const set = columns.map((column) => `${column} = excluded.${column}`).join(", ");
    return transaction<DeviceRow[]>`insert into devices ${transaction(rows)}
      on conflict (farm_id, device_id) do update set ${transaction.unsafe(set)} returning *`;
  });
}

async function rowOf(deviceId: string): Promise<DeviceRow | undefined> {
  return (await sql<DeviceRow[]>`select * from devices where device_id = ${deviceId}`)[0];
}

interface Sent {
  topic: string;
  event: string;
  private: boolean;
  payload: { now: string; devices: Record<string, unknown>[]; removed: Record<string, unknown>[] };
}

async function sent(): Promise<Sent[]> {
  return [
    ...(await sql<Sent[]>`select topic, event, private, payload from realtime.messages order by inserted_at`),
  ];
}

test("a write of the relay counts only when its version is greater than the row's", async () => {
  const one = device();
  await upsert("relay", [{ ...one, version: 100, battery_level: 80 }]);
  const late = await upsert("relay", [{ ...one, version: 100, battery_level: 10 }]);
  expect(late).toEqual([]);
  expect(await upsert("relay", [{ ...one, version: 99, battery_level: 10 }])).toEqual([]);
  expect(await rowOf(one.device_id)).toMatchObject({
    version: "100",
    battery_level: 80,
    reported_by: "relay",
  });
  expect(await upsert("relay", [{ ...one, version: 101, battery_level: 79 }])).toMatchObject([
    { version: "101", battery_level: 79 },
  ]);
});

test("what is late is left out of its batch, and the rest of it is written", async () => {
  const [one, other] = [device(), device({ serial_number: "R58N124" })];
  await upsert(
    "relay",
    [one, other].map((row) => ({ ...row, version: 10 })),
  );
  const written = await upsert("relay", [
    { ...one, version: 9, status: "busy" },
    { ...other, version: 11, status: "busy" },
  ]);
  expect(written.map(({ device_id }) => device_id)).toEqual([other.device_id]);
});

test("a worker's write is newer than all that was written before, by the database's clock or one more", async () => {
  const one = device();
  const before = Date.now();
  await upsert("relay", [{ ...one, version: 100 }]);
  const [first] = await upsert("worker", [{ ...one, battery_level: 50 }]);
  expect(Number(first?.version)).toBeGreaterThanOrEqual(before);
  expect(first?.reported_by).toBe("worker");

  // A relay whose clock is ten minutes fast.
  const ahead = Date.now() + 600_000;
  await upsert("relay", [{ ...one, version: ahead }]);
  const [next] = await upsert("worker", [{ ...one, battery_level: 49 }]);
  expect(next?.version).toBe(String(ahead + 1));
});

test("a phone that nobody saw before is inserted by its worker, with a version and the database's time", async () => {
  const [row] = await upsert("worker", [device()]);
  expect(Number(row?.version)).toBeGreaterThan(1.7e12);
  expect(Math.abs((row?.last_seen_at.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("a relay whose clock is ahead sets no time in the future, one whose clock is behind is believed", async () => {
  const hour = 3_600_000;
  const [ahead] = await upsert("relay", [
    { ...device(), version: 1, last_seen_at: new Date(Date.now() + hour) },
  ]);
  expect(ahead?.last_seen_at.getTime()).toBeLessThanOrEqual(Date.now());
  const [behind] = await upsert("relay", [
    { ...device(), version: 1, last_seen_at: new Date(Date.now() - hour) },
  ]);
  expect(behind?.last_seen_at.getTime()).toBeLessThan(Date.now() - hour / 2);
});

test("a worker's time is the database's, and the relay never sets one back", async () => {
  const timeOf = async () =>
    (
      await sql<
        { at: Date }[]
      >`select last_seen_at as at from workers where farm_id = ${farm} and pc_id = 'desk-1'`
    )[0]?.at;
  await sql.begin(async (transaction) => {
    await become(transaction, "worker");
    await transaction`update workers set last_seen_at = '2001-01-01' where pc_id = 'desk-1'`;
  });
  const said = await timeOf();
  expect(Math.abs((said?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  await sql`update workers set last_seen_at = '2001-01-01' where farm_id = ${farm} and pc_id = 'desk-1'`;
  expect(await timeOf()).toEqual(said);
});

test("of a worker's batch, the phones that another living PC holds are left out and the others are written", async () => {
  const [held, unplugged, own] = [
    device({ pc_id: "desk-2" }),
    device({ pc_id: "desk-2", status: "offline", serial_number: "R58N124" }),
    device({ serial_number: "R58N125" }),
  ];
  await sql`update workers set last_seen_at = now() where farm_id = ${farm} and pc_id = 'desk-2'`;
  await upsert(
    "relay",
    [held, unplugged, own].map((row) => ({ ...row, version: 1 })),
  );
  const written = await upsert(
    "worker",
    [held, unplugged, own].map((row) => ({ ...row, pc_id: "desk-1", status: "idle" })),
  );
  expect(written.map(({ device_id }) => device_id)).toEqual([unplugged.device_id, own.device_id]);
  expect(await rowOf(held.device_id)).toMatchObject({ pc_id: "desk-2", version: "1" });
});

test("a statement is one message with all that it changed, in the words of device:status:update", async () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    ...device({ serial_number: `S${index}` }),
    version: 5,
    battery_level: index % 100,
    condition: sql.json({ model: "Pixel 9", state: "ready", problem: { code: "SLOW" } }),
  }));
  await upsert("relay", rows);
  const messages = await sent();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ topic: `farm:${farm}`, event: "devices", private: true });
  const pictures = messages[0]?.payload.devices ?? [];
  expect(pictures.map((picture) => parse(deviceStatusUpdate, picture))).toHaveLength(200);
  expect(pictures.find(({ serial_number }) => serial_number === "S42")).toEqual({
    device_id: rows[42]?.device_id,
    serial_number: "S42",
    pc_id: "desk-1",
    version: 5,
    last_seen_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    status: "idle",
    health_status: "healthy",
    battery_level: 42,
    model: "Pixel 9",
    state: "ready",
    problem: { code: "SLOW" },
  });
});

test("rows that say what they said are not sent, and without any other there is no message", async () => {
  const [one, other] = [device(), device({ serial_number: "R58N124" })];
  await upsert("worker", [one, other]);
  await sql`truncate realtime.messages`;
  await upsert("worker", [one, { ...other, status: "busy" }]);
  expect((await sent()).map(({ payload }) => payload.devices.map(({ device_id }) => device_id))).toEqual([
    [other.device_id],
  ]);
  await sql`truncate realtime.messages`;
  await upsert("worker", [one, { ...other, status: "busy" }]);
  await upsert("relay", [{ ...one, version: 1, status: "busy" }]);
  expect(await sent()).toEqual([]);
});

test("a device that is removed is told with the version it had", async () => {
  const one = device();
  await upsert("relay", [{ ...one, version: 7 }]);
  await sql`truncate realtime.messages`;
  await sql`delete from devices where device_id = ${one.device_id}`;
  expect((await sent())[0]?.payload).toMatchObject({
    devices: [],
    removed: [{ device_id: one.device_id, serial_number: "R58N123", version: 7 }],
  });
});

test("what is too much for one message goes in several of less than 200 kB, farm by farm", async () => {
  const condition = sql.json({ problem: { code: "SLOW", detail: "x".repeat(4096) } });
  const rows = Array.from({ length: 300 }, (_, index) => ({
    ...device({ serial_number: `S${index}`, farm_id: index < 200 ? farm : otherFarm }),
    version: 1,
    condition,
  }));
  await upsert("relay", rows);
  const messages = await sent();
  const sizes = messages.map(({ payload }) => JSON.stringify(payload).length);
  expect(Math.max(...sizes)).toBeLessThan(200_000);
  expect(messages.length).toBeLessThanOrEqual(10);
  const told = (farmId: string) =>
    messages.filter(({ topic }) => topic === `farm:${farmId}`).flatMap(({ payload }) => payload.devices)
      .length;
  expect([told(farm), told(otherFarm)]).toEqual([200, 100]);
});

test("a device that is as large as one may be fits into a message beside others", async () => {
  // The most that `condition` takes, in the character that JSON and UTF-8 make longest.
  const detail = (length: number) => sql.json({ detail: "\u{1F4F1}".repeat(length) });
  await expect(upsert("relay", [{ ...device(), version: 1, condition: detail(8192) }])).rejects.toMatchObject(
    {
      code: "23514",
    },
  );
  const rows = Array.from({ length: 12 }, () => ({ ...device(), version: 1, condition: detail(8185) }));
  await upsert("relay", rows);
  const sizes = (await sent()).map(({ payload }) => Buffer.byteLength(JSON.stringify(payload)));
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(200_000);
});

test("a snapshot is the farm in one answer, however many devices there are", async () => {
  await upsert(
    "relay",
    Array.from({ length: 1500 }, (_, index) => ({ ...device({ serial_number: `S${index}` }), version: 1 })),
  );
  await sql`insert into groups values (${farm}, 'shelf') on conflict do nothing`;
  const snapshot = await asIdentity(sql, "viewer", async (transaction) => {
    const [row] = await transaction<{ it: Record<string, unknown[]> }[]>`select farm_snapshot(${farm}) as it`;
    return row?.it;
  });
  expect(snapshot?.["devices"]?.map((picture) => parse(deviceStatusUpdate, picture))).toHaveLength(1500);
  expect(snapshot?.["workers"]).toMatchObject([{ pc_id: "desk-1" }, { pc_id: "desk-2" }]);
  expect(snapshot?.["groups"]).toEqual([{ name: "shelf", device_ids: [] }]);
  expect(Math.abs(Date.parse(String(snapshot?.["now"])) - Date.now())).toBeLessThan(60_000);
});
