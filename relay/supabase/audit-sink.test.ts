import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HashedRow } from "../store/outbox-rows.ts";
import { makeAuditSink } from "./audit-sink.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import type { AuditSink } from "./outbox.ts";
import { openProject, type SupabaseProject } from "./project.ts";

const row: HashedRow = {
  sequence: 7,
  eventId: "11111111-2222-4333-8444-555555555555",
  atMs: Date.UTC(2026, 10, 23, 4, 20, 0, 123),
  actor: "ann",
  address: "::1",
  event: "command:send",
  deviceId: null,
  outcome: "accepted",
  details: '{"b":1,"a":2}',
  hash: "0".repeat(64),
};

let server: Server;
let requests: { request: IncomingMessage; body: string }[];
let respond: (response: ServerResponse) => void;
let project: SupabaseProject;
let sink: AuditSink;

beforeEach(async () => {
  requests = [];
  respond = (response) => void response.writeHead(201).end();
  server = createServer((request, response) => {
    void hear(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  project = { url, publishableKey: "sb_publishable_x", secretKey: "sb_secret_x", farmId: row.eventId };
  sink = makeAuditSink(await openProject(project), project, makeManualClock());
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
  requests.push({ request, body: await text(request) });
  respond(response);
}

function answer(status: number, body: object): void {
  respond = (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

test("[U1] rows go to the project's table as they were hashed, and one that is there stays", async () => {
  expect(await sink.send([row])).toEqual({ kind: "taken" });
  const { request, body } = requests.at(-1) ?? {};
  expect(request?.url).toMatch(/^\/rest\/v1\/audit_events\?.*on_conflict=event_id%2Cat/);
  expect(request?.headers).toMatchObject({
    apikey: "sb_secret_x",
    prefer: expect.stringMatching(/resolution=ignore-duplicates/),
  });
  expect(JSON.parse(body ?? "")).toEqual([
    {
      farm_id: project.farmId,
      sequence: 7,
      event_id: row.eventId,
      at: "2026-11-23T04:20:00.123Z",
      actor: "ann",
      address: "::1",
      event: "command:send",
      device_id: null,
      outcome: "accepted",
      details: '{"b":1,"a":2}',
      hash: row.hash,
    },
  ]);
});

test("the months to come get their partitions, once a day", async () => {
  for (let count = 0; count < 3; count += 1) await sink.send([row]);
  const asked = requests.filter(
    ({ request }) => request.url?.endsWith("/rpc/make_audit_partitions") === true,
  );
  expect(asked).toHaveLength(1);
});

test.each([
  ["an untranslatable character", 400, "22P05"],
  ["a check that does not hold", 400, "23514"],
  ["a body that is too large", 413, "PGRST000"],
])("[U3] %s is the rows' own fault", async (_, status, code) => {
  answer(status, { code, message: "no" });
  expect(await sink.send([row])).toEqual({ kind: "refused", reason: `${status} ${code} no` });
});

test.each([
  ["too many requests", 429, ""],
  ["a proxy without its server", 503, ""],
  ["a wrong key", 401, "42501"],
  ["a table that is not there", 404, "PGRST205"],
  ["a farm that is not there", 409, "23503"],
])("[U2] %s is not", async (_, status, code) => {
  answer(status, { code, message: "no" });
  expect(await sink.send([row])).toMatchObject({
    kind: "not now",
    reason: expect.stringMatching(`^${status}`),
  });
});

test("[U2] neither is a project that is away", async () => {
  server.close();
  expect(await sink.send([row])).toMatchObject({ kind: "not now" });
});
