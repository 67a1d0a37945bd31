import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import {
  deviceA,
  deviceB,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  serialB,
  strangeDevice,
  type TestFarm,
} from "../testing/test-farm.ts";

let farm: TestFarm;
let worker: TestClient;
let dashboard: TestClient;
beforeEach(async () => {
  farm = makeTestFarm();
  worker = await farm.worker();
  worker.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
  dashboard = await farm.dashboard();
  dashboard.forget();
  worker.forget();
});
afterEach(() => farm.close());

const device = { device_id: deviceA };
const delivered = { device_id: deviceA, serial_number: serialA };
const touch = Uint8Array.from([2, ...Array.from({ length: 31 }, () => 7)]);
function typing(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.from([1, 0, 0, 0, bytes.byteLength, ...bytes]);
}

function open(client = dashboard, isPrivate?: boolean) {
  const request = isPrivate === undefined ? device : { ...device, is_private: isPrivate };
  return client.request("control:open", request);
}
function input(messages: Uint8Array, client = dashboard) {
  return client.request("control:input", { ...device, messages });
}
function rows(event: string) {
  return farm.store
    .listAuditEvents(1000)
    .filter((row) => row.event === event)
    .toReversed();
}
const refusedWith = (code: string) => ({ ok: false, fault: { code } });

describe("[K1] live control", () => {
  test("is refused where a command would be", async () => {
    expect(await dashboard.request("control:open", { device_id: strangeDevice })).toMatchObject(
      refusedWith("DEVICE_NOT_FOUND"),
    );
    worker.send("worker:heartbeat", heartbeatOf([]));
    expect(await open()).toMatchObject(refusedWith("WORKER_OFFLINE"));
  });

  test("needs an open session, of the same connection, for each device", async () => {
    expect(await input(touch)).toMatchObject(refusedWith("FORBIDDEN"));
    await open(await farm.dashboard());
    expect(await input(touch)).toMatchObject(refusedWith("FORBIDDEN"));
    await open();
    expect(await input(touch)).toEqual({ ok: true });
    expect(await dashboard.request("control:input", { device_id: deviceB, messages: touch })).toMatchObject(
      refusedWith("FORBIDDEN"),
    );
    await dashboard.request("control:close", device);
    expect(await input(touch)).toMatchObject(refusedWith("FORBIDDEN"));
    expect(worker.all("control:input")).toHaveLength(1);
  });
});

test("[K1] opening says whether the device's worker takes live control", async () => {
  expect(await open()).toEqual({ ok: true, takes_control: false });
  worker.close();
  worker = await farm.worker(undefined, { takes_control: true });
  expect(await open(await farm.dashboard())).toEqual({ ok: true, takes_control: true });
});

describe("[K2] the worker", () => {
  test("hears what is opened, sent and closed, with the serial number and the bytes as they came", async () => {
    const messages = Uint8Array.from([...touch, ...typing("héllo")]);
    await open();
    await input(messages);
    await dashboard.request("control:close", device);
    expect(worker.received).toEqual([
      { event: "control:open", payload: delivered },
      { event: "control:input", payload: { ...delivered, messages } },
      { event: "control:close", payload: delivered },
    ]);
  });

  test("hears once of the sessions that several dashboards have with a device", async () => {
    const other = await farm.dashboard();
    await open();
    await open(other);
    await open();
    await dashboard.request("control:close", device);
    await dashboard.request("control:close", device);
    expect(worker.received.map(({ event }) => event)).toEqual(["control:open"]);
    expect(await input(touch, other)).toEqual({ ok: true });
    other.close();
    expect(worker.received.map(({ event }) => event)).toEqual([
      "control:open",
      "control:input",
      "control:close",
    ]);
  });

  test("that is back before its devices are given up hears what is open", async () => {
    await open();
    worker.close();
    expect(await input(touch)).not.toEqual({ ok: true });
    worker = await farm.worker();
    expect(worker.all("control:open")).toEqual([delivered]);
    expect(await input(touch)).toEqual({ ok: true });
  });
});

test("[K3] what is not whole control messages is refused, and nothing of it forwarded", async () => {
  await open();
  worker.forget();
  for (const messages of [[18], [], [...touch, 1, 0], Array.from({ length: 241 }, () => 5)]) {
    expect(await input(Uint8Array.from(messages))).toMatchObject({
      ok: false,
      fault: { code: "INVALID_PAYLOAD", details: { event: "control:input", path: "messages" } },
    });
  }
  expect(worker.received).toEqual([]);
});

describe("[K4] a session ends", () => {
  beforeEach(() => open());
  const told = (code: string) => ({ code, details: { event: "control:open", device_id: deviceA } });

  test("with its connection", () => {
    dashboard.close();
    expect(worker.last("control:close")).toEqual(delivered);
    expect(rows("control")).toMatchObject([{ outcome: "left" }]);
  });

  test("with its device", () => {
    worker.send("worker:heartbeat", heartbeatOf([]));
    expect(dashboard.errors()).toMatchObject([told("WORKER_OFFLINE")]);
    expect(rows("control")).toMatchObject([{ outcome: "device gone" }]);
  });

  test("with its device's worker", () => {
    worker.close();
    farm.clock.advance(5000);
    expect(dashboard.errors()).toMatchObject([told("WORKER_OFFLINE")]);
  });

  test("when another person takes the device", async () => {
    const ann = await farm.connect("/dashboard", farm.authOf("admin", "ann"));
    await ann.request("lease:take", device);
    expect(dashboard.errors()).toMatchObject([told("FORBIDDEN")]);
    expect(worker.last("control:close")).toEqual(delivered);
    expect(await input(touch)).toMatchObject(refusedWith("FORBIDDEN"));
    expect(await open()).toMatchObject(refusedWith("FORBIDDEN"));
    expect(await open(ann)).toMatchObject({ ok: true });
  });
});

describe("[K6] what is sent to a group at once", () => {
  const group = (messages = touch) =>
    dashboard.request("control:input", { ...device, messages, also: [deviceB, deviceA, strangeDevice] });
  beforeEach(() => {
    worker.send("worker:heartbeat", heartbeatOf([phone(serialA), phone(serialB)]));
    worker.forget();
  });
  const reached = () =>
    worker.all("control:input").map((input) => (typeof input === "object" ? input : {}) as object);

  test("reaches each device that it may, once, and the answer says which it did not and why", async () => {
    await open();
    await dashboard.request("control:open", { device_id: deviceB });
    expect(await group()).toEqual({
      ok: true,
      failed: [{ device_id: strangeDevice, fault: expect.objectContaining({ code: "FORBIDDEN" }) }],
    });
    expect(reached()).toEqual([
      { ...delivered, messages: touch },
      { device_id: deviceB, serial_number: serialB, messages: touch },
    ]);
  });

  test("is held to each one's own session, lease and limit", async () => {
    expect(await group()).toMatchObject({ ok: true, failed: [{}, {}, {}] });
    await dashboard.request("control:open", { device_id: deviceB });
    await open();
    const taker = await farm.connect("/dashboard", farm.authOf("admin", "ann"));
    await taker.request("lease:take", device);
    expect(await group(new Uint8Array(200).fill(5))).toMatchObject({
      failed: [{ device_id: deviceA }, { device_id: strangeDevice }],
    });
    expect(await group(new Uint8Array(200).fill(5))).toMatchObject({
      failed: [
        { device_id: deviceA, fault: { code: "FORBIDDEN" } },
        { device_id: deviceB, fault: { code: "RATE_LIMITED" } },
        { device_id: strangeDevice },
      ],
    });
    expect(reached()).toMatchObject([{ device_id: deviceB }]);
  });

  test("is counted in a session of each", async () => {
    await open();
    await dashboard.request("control:open", { device_id: deviceB });
    await group();
    dashboard.close();
    expect(rows("control").map(({ deviceId, details }) => [deviceId, details])).toMatchObject([
      [deviceA, { messages: { inject_touch_event: 1 } }],
      [deviceB, { messages: { inject_touch_event: 1 } }],
    ]);
  });
});

describe("[K7] what is copied on the phone", () => {
  const secret = "copied on the phone";
  const copy = (client = worker) => client.request("control:clipboard", { ...device, text: secret });

  test("is told to those who control it, and to nobody else", async () => {
    const other = await farm.dashboard();
    const viewer = await farm.viewer();
    other.forget();
    await open();
    expect(await copy()).toEqual({ ok: true });
    expect(dashboard.all("control:clipboard")).toEqual([{ ...device, text: secret }]);
    expect([...other.received, ...viewer.received]).toEqual([]);
    await dashboard.request("control:close", device);
    expect(await copy()).toEqual({ ok: true });
    expect(dashboard.all("control:clipboard")).toHaveLength(1);
  });

  test("is in no row and no log; the session's row tells how often", async () => {
    await open();
    await copy();
    await copy();
    dashboard.close();
    expect(rows("control")).toMatchObject([{ details: { clipboards: 2 } }]);
    expect(JSON.stringify([farm.store.listAuditEvents(1000), farm.logLines])).not.toContain(secret);
  });

  test("[A2] is refused from another PC's worker", async () => {
    await open();
    expect(await copy(await farm.worker("desk-2"))).toMatchObject(refusedWith("FORBIDDEN"));
    expect(dashboard.all("control:clipboard")).toEqual([]);
  });
});

describe("[K5] the trail has one row a session", () => {
  test("with messages by kind, bytes, duration and what was typed", async () => {
    await open();
    for (let index = 0; index < 3; index += 1) await input(touch);
    await input(typing("ls -l"));
    farm.clock.advance(2000);
    await dashboard.request("control:close", device);
    expect(rows("control")).toMatchObject([
      {
        actor: "dashboard",
        deviceId: deviceA,
        outcome: "closed",
        details: {
          messages: { inject_touch_event: 3, inject_text: 1 },
          bytes: 3 * 32 + 10,
          duration_ms: 2000,
          text: "ls -l",
        },
      },
    ]);
    expect(rows("control:open")).toHaveLength(1);
    expect(rows("control:input")).toEqual([]);
  });

  test("and nothing that is typed in private, live or as a command, in a row or in the store", async () => {
    const secret = "correct horse";
    const command = { command_id: strangeDevice, ...device, command_type: "text", params: { text: secret } };
    await open(dashboard, true);
    await input(typing(secret));
    await input(Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, 0, 1, ...typing(secret).slice(1)]));
    await dashboard.request("command:send", command);
    const everywhere = {
      command_id: deviceB,
      broadcast: true,
      command_type: "text",
      params: { text: secret },
    };
    await dashboard.request("command:send", everywhere);
    expect(worker.all("command:send")).toMatchObject([
      { params: { text: secret } },
      { params: { text: secret } },
    ]);
    for (const command_id of [strangeDevice, deviceB]) {
      worker.send("command:ack", { command_id, ...device, status: "completed" });
    }
    await open(dashboard, false);
    await input(typing("open"));
    dashboard.close();
    const { length } = secret;
    expect(rows("command:send")[0]).toMatchObject({ details: { params: { text_chars: length } } });
    expect(rows("control:open")).toMatchObject([
      { details: { is_private: true } },
      { details: { is_private: false } },
    ]);
    expect(rows("control")).toMatchObject([{ details: { text_chars: 2 * length, text: "open" } }]);
    const kept = [farm.store.listAuditEvents(1000), farm.store.findCommand(strangeDevice), farm.logLines];
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  test("whose text is bounded", async () => {
    await open();
    for (let index = 0; index < 50; index += 1) await input(typing("x".repeat(250)));
    dashboard.close();
    expect(rows("control")).toMatchObject([{ details: { text: `${"x".repeat(4096)}…` } }]);
  });
});

test("[T4] a device takes 240 control messages a second, whoever sends them, and the rest is refused", async () => {
  const other = await farm.dashboard();
  await open();
  await open(other);
  const hundred = new Uint8Array(100).fill(5);
  expect(await input(hundred)).toEqual({ ok: true });
  expect(await input(hundred, other)).toEqual({ ok: true });
  expect(await input(hundred)).toMatchObject(refusedWith("RATE_LIMITED"));
  farm.clock.advance(1000);
  expect(await input(hundred)).toEqual({ ok: true });
  expect(worker.all("control:input")).toHaveLength(3);
  expect(dashboard.isClosed()).toBe(false);
});
