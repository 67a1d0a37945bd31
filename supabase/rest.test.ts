import { createRemoteJWKSet, jwtVerify } from "jose";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../relay/clock.ts";
import { makeAuditSink } from "../relay/supabase/audit-sink.ts";
import { makeReadMembers } from "../relay/supabase/project.ts";
import { deviceRow } from "./testing/device-row.ts";
import { places, type TestProject } from "./testing/places.ts";

/** REST and Auth, through plain supabase-js and what the relay makes of it. */

describe.each(places)("on $name", ({ open }) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await open();
  });
  afterAll(() => project.close());

  const device = (change?: object) => deviceRow(project.farmId, change);

  test("a person's token is verified by the JWKS and says who issued it", async () => {
    const person = await project.as("viewer");
    const { data } = await person.auth.getSession();
    const keys = createRemoteJWKSet(new URL(`${project.url}/auth/v1/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(data.session?.access_token ?? "", keys, {
      issuer: `${project.url}/auth/v1`,
      audience: "authenticated",
      algorithms: ["ES256", "RS256"],
    });
    expect(protectedHeader.kid).toBeTypeOf("string");
    expect(payload).toMatchObject({
      role: "authenticated",
      email: project.emailOf("viewer"),
      app_metadata: { provider: "email" },
    });
    expect((await person.auth.getUser()).data.user?.id).toBe(payload.sub);
  });

  test("a refresh token gives a new token once, and a wrong password none", async () => {
    const person = await project.as("viewer");
    const before = (await person.auth.getSession()).data.session;
    const { data } = await person.auth.refreshSession();
    expect(data.session?.refresh_token).not.toBe(before?.refresh_token);
    expect((await person.auth.getUser()).data.user?.email).toBe(project.emailOf("viewer"));
    const wrong = await project
      .client()
      .auth.signInWithPassword({ email: project.emailOf("viewer"), password: "wrong" });
    expect(wrong.error?.code).toBe("invalid_credentials");
  });

  test("the secret key makes, lists and removes people, and the publishable one does not", async () => {
    const made = await project.relay.auth.admin.createUser({
      email: project.emailOf("new"),
      password: "password",
      email_confirm: true,
      app_metadata: { tabfarm_role: "viewer" },
    });
    expect(made.data.user).toMatchObject({
      email: project.emailOf("new"),
      app_metadata: { tabfarm_role: "viewer" },
    });
    const { data } = await project.relay.auth.admin.listUsers();
    expect(data.users.map(({ email }) => email)).toContain(project.emailOf("new"));
    await project.relay.auth.admin.deleteUser(made.data.user?.id ?? "");
    expect((await project.relay.auth.admin.getUserById(made.data.user?.id ?? "")).error).not.toBeNull();
    expect(
      (await project.client().auth.admin.createUser({ email: project.emailOf("x") })).error,
    ).not.toBeNull();
  });

  /** How many rows of the farm each sees; 42501: it may not ask at all. */
  const expectedReads = `
             farms members workers devices groups jobs  assignments
    anon     42501 42501   42501   42501   42501  42501 42501
    viewer   1     1       2       1       1      1     1
    operator 1     1       2       1       1      1     1
    admin    1     3       2       1       1      1     1
    worker   1     0       1       1       0      0     0
    stranger 0     0       0       0       0      0     0
  `;

  test("REST runs as who asks: policies and grants are the database's", async () => {
    const { farmId, relay } = project;
    const one = device({ version: 5 });
    const row = { farm_id: farmId, job_id: "job" };
    await relay.from("devices").insert(one);
    await relay.from("groups").insert({ farm_id: farmId, name: "shelf" });
    await relay.from("jobs").insert({ ...row, name: "Job", created_by: "anna", status: "running" });
    await relay
      .from("assignments")
      .insert({ ...row, assignment_id: "one", device_id: one.device_id, status: "running" });
    const [head = [], ...lines] = expectedReads
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    for (const [name = "", ...expected] of lines) {
      const client = name === "anon" ? project.client() : await project.as(name);
      const read: string[] = [];
      for (const table of head) {
        const { data, error } = await client.from(table).select();
        read.push(error?.code ?? String(data?.length));
        const own: object = table === "farms" ? { name: "Mine" } : { farm_id: farmId };
        expect([name, table, (await client.from(table).insert(own)).error?.code]).toEqual([
          name,
          table,
          "42501",
        ]);
      }
      expect([name, ...read]).toEqual([name, ...expected]);
    }
    const refused = await (await project.as("viewer")).from("devices").insert(device());
    expect([refused.status, refused.error?.code]).toEqual([403, "42501"]);
  });

  test("a worker upserts its own devices, and cannot choose a version", async () => {
    const worker = await project.as("worker");
    const condition = { model: "Pixel 9", problem: { code: "SLOW" } };
    const one = device({ condition });
    const written = await worker
      .from("devices")
      .upsert([one, device({ serial_number: "R58N124", condition: {} })], { onConflict: "farm_id,device_id" })
      .select("device_id,version,reported_by,condition");
    expect(written.data).toHaveLength(2);
    expect(written.data?.[0]).toMatchObject({ reported_by: "worker", condition });
    const chosen = await worker
      .from("devices")
      .upsert({ ...one, version: 9e15 }, { onConflict: "farm_id,device_id" });
    expect(chosen.error?.code).toBe("42501");
    const { error } = await worker
      .from("workers")
      .update({ last_seen_at: "2001-01-01" })
      .eq("pc_id", "desk-1");
    expect(error).toBeNull();
  });

  test("a relay's late write is ignored, and the row's version can be read", async () => {
    const one = device();
    const save = (version: number) =>
      project.relay
        .from("devices")
        .upsert({ ...one, version }, { onConflict: "farm_id,device_id" })
        .select("version");
    expect((await save(7)).data).toEqual([{ version: 7 }]);
    expect((await save(6)).data).toEqual([]);
    expect(
      (await project.relay.from("devices").select("version").eq("device_id", one.device_id)).data,
    ).toEqual([{ version: 7 }]);
  });

  test("[U2, U3] audit rows that are sent twice are there once, in the bytes that were hashed, and one that cannot be held is refused", async () => {
    const { url, farmId, relay } = project;
    const details = String.raw`{"b":1,"a":[1.0,1e21],"b":"\u0000 \ud83d\udcf1 é"}`;
    const rowOf = (sequence: number) => ({
      sequence,
      eventId: randomUUID(),
      atMs: Date.now(),
      actor: "anna",
      address: "::1",
      event: "command:send",
      deviceId: null,
      outcome: "accepted",
      details,
      hash: "ab".repeat(32),
    });
    const sinkOf = (id: string) => makeAuditSink(relay, { url: new URL(url), farmId: id }, systemClock);
    const sink = sinkOf(farmId);
    const rows = Array.from({ length: 100 }, (_, index) => rowOf(index + 1));
    expect(await sink.send(rows)).toEqual({ kind: "taken" });
    expect(await sink.send(rows)).toEqual({ kind: "taken" });
    const admin = await project.as("admin");
    const read = await admin.from("audit_events").select("event_id,details").order("sequence");
    expect(read.data).toEqual(rows.map(({ eventId }) => ({ event_id: eventId, details })));
    const viewer = await project.as("viewer");
    expect((await viewer.from("audit_events").select("sequence")).data).toEqual([]);
    expect((await relay.rpc("make_audit_partitions")).data).toBe(0);
    expect(await sink.send([{ ...rowOf(101), actor: "nul \u0000 inside" }])).toMatchObject({
      kind: "refused",
    });
    expect(await sinkOf(randomUUID()).send([rowOf(102)])).toMatchObject({
      kind: "not now",
      reason: expect.stringContaining("23503"),
    });
  });

  test("[U6] the relay is told who belongs to the farm, and as what", async () => {
    const idOf = async (name: string) => (await (await project.as(name)).auth.getUser()).data.user?.id ?? "";
    const [viewer, admin, stranger] = [await idOf("viewer"), await idOf("admin"), await idOf("stranger")];
    const read = makeReadMembers(project.relay, { ...project, url: new URL(project.url) });
    expect(await read([viewer, admin, stranger])).toEqual(
      new Map([
        [viewer, "viewer"],
        [admin, "admin"],
      ]),
    );
  });

  test("a snapshot is one call for a member, and null for everybody else", async () => {
    const viewer = await project.as("viewer");
    const { data } = await viewer.rpc("farm_snapshot", { farm: project.farmId });
    expect(data).toMatchObject({ workers: [{ pc_id: "desk-1" }, { pc_id: "desk-2" }] });
    expect(
      (await (await project.as("stranger")).rpc("farm_snapshot", { farm: project.farmId })).data,
    ).toBeNull();
  });
});
