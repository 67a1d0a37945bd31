import { describe, expect, test } from "vitest";
import { contract } from "./contract.ts";
import { parsePayload } from "./parse.ts";

const deviceId = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const commandId = "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01";
const send = contract["/dashboard"].toRelay["command:send"];

describe("[P1] a payload that does not parse is refused", () => {
  test("with the event's name, the path and the problem", () => {
    const parsed = parsePayload("worker:heartbeat", contract["/worker"].toRelay["worker:heartbeat"], {
      pc_id: "desk-1",
      timestamp: "2026-11-23T04:20:00.000Z",
      devices: [{ serial_number: "A1", status: "asleep", adb_connected: true }],
    });
    expect(parsed).toMatchObject({
      ok: false,
      fault: { code: "INVALID_PAYLOAD", details: { event: "worker:heartbeat", path: "devices.0.status" } },
    });
  });

  test("and a serial number of which no id can be made", () => {
    const parsed = parsePayload("worker:heartbeat", contract["/worker"].toRelay["worker:heartbeat"], {
      pc_id: "desk-1",
      timestamp: "2026-11-23T04:20:00.000Z",
      devices: [{ serial_number: "A\ud800", status: "idle", adb_connected: true }],
    });
    expect(parsed).toMatchObject({ ok: false, fault: { details: { path: "devices.0.serial_number" } } });
  });

  test("and a command without a parameter that its type needs says which", () => {
    const parsed = parsePayload("command:send", send, {
      command_id: commandId,
      device_id: deviceId,
      command_type: "swipe",
      params: { x: 1, y: 2, x2: 3 },
    });
    expect(parsed).toMatchObject({ ok: false, fault: { message: expect.stringContaining("params.y2") } });
  });

  test("and a command without a target too", () => {
    const parsed = parsePayload("command:send", send, { command_id: commandId, command_type: "screenshot" });
    expect(parsed).toMatchObject({ ok: false, fault: { message: expect.stringContaining("device_id") } });
  });

  test.each([undefined, null, 7, "text", [], {}])("whatever it is: %j", (payload) => {
    // `clock` has no fields, so any object is right.
    const { clock: _, ...ofViewers } = contract["/stream"].dashboardToRelay;
    const { clock: __, ...ofWorkers } = contract["/stream"].workerToRelay;
    for (const [event, schema] of Object.entries({
      ...contract["/worker"].toRelay,
      ...ofWorkers,
      ...ofViewers,
      "command:send": send,
    })) {
      expect(parsePayload(event, schema, payload)).toMatchObject({
        ok: false,
        fault: { code: "INVALID_PAYLOAD" },
      });
    }
  });
});

test("[P4] fields that the schema does not know are dropped", () => {
  const parsed = parsePayload("stream:stop", contract["/stream"].dashboardToRelay["stream:stop"], {
    device_id: deviceId,
    extra: "x",
  });
  expect(parsed).toEqual({ ok: true, value: { device_id: deviceId } });
});
