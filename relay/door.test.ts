import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { contract } from "../protocol/contract.ts";
import type { TestClient } from "./testing/test-client.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  strangeDevice,
  type TestFarm,
} from "./testing/test-farm.ts";

let farm: TestFarm;
let clients: Record<"worker" | "workerStream" | "dashboard" | "viewer", TestClient>;
beforeEach(async () => {
  farm = makeTestFarm();
  const worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  clients = {
    worker,
    workerStream: await farm.workerStream(),
    dashboard: await farm.dashboard(),
    viewer: await farm.viewer(),
  };
  for (const client of Object.values(clients)) client.forget();
});
afterEach(() => farm.close());

const doors = {
  worker: contract["/worker"].toRelay,
  dashboard: contract["/dashboard"].toRelay,
  workerStream: contract["/stream"].workerToRelay,
  viewer: contract["/stream"].dashboardToRelay,
} as const;
const doorNames = ["worker", "dashboard", "workerStream", "viewer"] as const satisfies (keyof typeof doors)[];
const everyEvent = doorNames.flatMap((door) =>
  Object.keys(doors[door]).map((event) => [door, event] as const),
);

/** Everything a stranger's program might send. */
const malformed = [null, 7, "text", { device_id: "no-uuid", pc_id: 7, job_id: [], before_ms: "x", limit: 0 }];

describe("[P1] a payload that does not parse is refused, changes nothing and the connection stays", () => {
  test.each(everyEvent)("%s: %s", async (door, event) => {
    const client = clients[door];
    const rowsBefore = farm.store.listAuditEvents(1000);
    // Where there are no fields any object is right.
    const hasFields = event !== "clock" && (!event.endsWith(":list") || event === "job:list");
    const unparsable = hasFields ? malformed : malformed.slice(0, 3);
    for (const payload of unparsable) {
      expect(await client.request(event, payload)).toMatchObject({
        ok: false,
        fault: {
          code: "INVALID_PAYLOAD",
          details: { event, path: expect.any(String), problem: expect.any(String) },
        },
      });
      client.send(event, payload);
    }
    await eventually(() => expect(client.errors()).toHaveLength(unparsable.length));
    for (const error of client.errors()) {
      expect(error).toMatchObject({ code: "INVALID_PAYLOAD", details: { event } });
    }
    expect(client.isClosed()).toBe(false);
    const others = Object.values(clients).filter((other) => other !== client);
    expect(others.flatMap(({ received }) => received)).toEqual([]);
    // However often it came, the trail has it once.
    expect(farm.store.listAuditEvents(1000)).toMatchObject([
      { event, outcome: "INVALID_PAYLOAD" },
      ...rowsBefore,
    ]);
  });

  test("and what is quoted of it is short", async () => {
    const answer = await clients.dashboard.request("command:send", {
      command_id: strangeDevice,
      command_type: "x".repeat(1_000_000),
    });
    expect(JSON.stringify(answer).length).toBeLessThan(2000);
  });
});

const tapNowhere = {
  command_id: strangeDevice,
  device_id: strangeDevice,
  command_type: "tap",
  params: { x: 1, y: 1 },
};

describe("[P2] a refusal goes", () => {
  test("into the acknowledgement when there is one", async () => {
    expect(await clients.dashboard.request("command:send", tapNowhere)).toEqual({
      ok: false,
      fault: { code: "DEVICE_NOT_FOUND", message: expect.any(String) },
    });
    expect(clients.dashboard.received).toEqual([]);
  });

  test("else into an error event that names what was refused", async () => {
    clients.dashboard.send("command:send", tapNowhere);
    await eventually(() =>
      expect(clients.dashboard.received).toEqual([
        {
          event: "error",
          payload: {
            code: "DEVICE_NOT_FOUND",
            message: expect.any(String),
            details: { event: "command:send" },
          },
        },
      ]),
    );
  });
});

test("[P3] a request that succeeds is acknowledged with ok", async () => {
  expect(await clients.viewer.request("stream:stop", { device_id: deviceA })).toEqual({ ok: true });
  expect(await clients.dashboard.request("device:list")).toMatchObject({ ok: true, actor: "dashboard" });
  expect(await clients.worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]))).toEqual({
    ok: true,
  });
});

describe("[P4] what the contract does not know", () => {
  test("is dropped from a payload", async () => {
    const job = { assignment_id: strangeDevice, job_id: strangeDevice, device_id: deviceA };
    const known = { ...job, progress_pct: 1, current_step: "searching", elapsed_sec: 2 };
    await clients.worker.request("job:progress", { ...known, evil: "x" });
    expect(clients.dashboard.received).toEqual([{ event: "job:progress", payload: known }]);
  });

  test.each(["worker:heartbeat", "no:such:event", "__proto__", "constructor", "error", "x".repeat(5000)])(
    "is refused as an event: %.20s",
    async (event) => {
      expect(await clients.dashboard.request(event, {})).toMatchObject({
        ok: false,
        fault: { code: "INVALID_PAYLOAD", details: { event: expect.stringContaining(event.slice(0, 300)) } },
      });
    },
  );
});

const notServedYet = {
  "job:create": {
    job_id: strangeDevice,
    name: "a",
    device_ids: [deviceA],
    steps: [{ command_type: "screenshot" }],
  },
  "job:cancel": { job_id: strangeDevice },
  "job:list": {},
};
test.each(Object.entries(notServedYet))("[P5] %s is not served yet and says so", async (event, payload) => {
  expect(await clients.dashboard.request(event, payload)).toMatchObject({
    ok: false,
    fault: { code: "FORBIDDEN", message: expect.stringContaining("not served yet") },
  });
  expect(clients.worker.received).toEqual([]);
});

test("a bug in a handler is answered INTERNAL, logged, and the relay goes on", async () => {
  vi.spyOn(farm.store, "addCommand").mockImplementationOnce(() => {
    throw new Error("disk on fire");
  });
  const tap = { ...tapNowhere, device_id: deviceA };
  expect(await clients.dashboard.request("command:send", tap)).toMatchObject({
    ok: false,
    fault: { code: "INTERNAL" },
  });
  expect(farm.logLines.at(-1)).toMatch(/^bug: command:send from dashboard .*disk on fire/);
  expect(await clients.dashboard.request("command:send", tap)).toMatchObject({ ok: true });
});
