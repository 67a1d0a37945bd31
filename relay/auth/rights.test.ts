import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { contract } from "../../protocol/contract.ts";
import { role } from "../../protocol/role.ts";
import { samplePacket } from "../testing/sample-packet.ts";
import {
  deviceA,
  heartbeatOf,
  makeTestFarm,
  phone,
  serialA,
  strangeDevice,
  workerAuth,
  type TestFarm,
} from "../testing/test-farm.ts";

/**
 * Who may send what. The device of every payload is one of desk-1's.
 *
 * out   not let into that namespace: AUTH_FAILED
 * none  let in, and that namespace has no such event for it: INVALID_PAYLOAD
 * no    FORBIDDEN
 * yes   done; of jobs, which are not served yet, that they would be
 */
const rightsTable = `
                         | no token | another PC's worker | its own worker | viewer | operator, another holds it | operator, nobody holds it | admin, another holds it | admin, nobody holds it
/worker worker:heartbeat | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/worker command:ack      | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/worker job:progress     | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/worker job:completed    | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/worker job:failed       | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/worker auth:renew       | out      | yes                 | yes            | out    | out                        | out                       | out                     | out
/stream stream:frame     | out      | no                  | yes            | none   | none                       | none                      | none                    | none
/stream stream:start     | out      | none                | none           | yes    | yes                        | yes                       | yes                     | yes
/stream stream:stop      | out      | none                | none           | yes    | yes                        | yes                       | yes                     | yes
/stream stream:packet    | out      | no                  | yes            | none   | none                       | none                      | none                    | none
/stream stream:status    | out      | no                  | yes            | none   | none                       | none                      | none                    | none
/stream stream:refresh   | out      | none                | none           | yes    | yes                        | yes                       | yes                     | yes
/stream stream:latency   | out      | none                | none           | yes    | yes                        | yes                       | yes                     | yes
/stream clock            | out      | yes                 | yes            | yes    | yes                        | yes                       | yes                     | yes
/worker control:clipboard | out      | no                  | yes            | out    | out                        | out                       | out                     | out
/stream auth:renew       | out      | yes                 | yes            | yes    | yes                        | yes                       | yes                     | yes
/dashboard device:list   | out      | out                 | out            | yes    | yes                        | yes                       | yes                     | yes
/dashboard device:remove | out      | out                 | out            | no     | no                         | no                        | yes                     | yes
/dashboard command:send  | out      | out                 | out            | no     | no                         | yes                       | no                      | yes
/dashboard command:watch | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard control:open  | out      | out                 | out            | no     | no                         | yes                       | no                      | yes
/dashboard control:input | out      | out                 | out            | no     | no                         | yes                       | no                      | yes
/dashboard control:close | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard group:save    | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard group:list    | out      | out                 | out            | yes    | yes                        | yes                       | yes                     | yes
/dashboard group:delete  | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard lease:take    | out      | out                 | out            | no     | no                         | yes                       | no                      | yes
/dashboard lease:drop    | out      | out                 | out            | no     | no                         | yes                       | no                      | yes
/dashboard job:create    | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard job:cancel    | out      | out                 | out            | no     | yes                        | yes                       | yes                     | yes
/dashboard job:list      | out      | out                 | out            | yes    | yes                        | yes                       | yes                     | yes
/dashboard audit:query   | out      | out                 | out            | no     | no                         | no                        | yes                     | yes
/dashboard auth:renew    | out      | out                 | out            | yes    | yes                        | yes                       | yes                     | yes
`;

const [head = [], ...rows] = rightsTable
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => line.split("|").map((cell) => cell.trim()));
const senders = head.slice(1);
const cells = rows.flatMap(([event = "", ...row]) =>
  row.map((right, column) => ({ event, sender: senders[column] ?? "", right })),
);

describe("[A1] the rights table", () => {
  test("has a row for every event that the contract has from a client", () => {
    const { "/worker": worker, "/dashboard": dashboard, "/stream": stream } = contract;
    const events = {
      "/worker": Object.keys(worker.toRelay),
      "/dashboard": Object.keys(dashboard.toRelay),
      "/stream": [...Object.keys(stream.workerToRelay), ...Object.keys(stream.dashboardToRelay)],
    };
    const expected = Object.entries(events).flatMap(([namespace, names]) =>
      names.map((name) => `${namespace} ${name}`),
    );
    expect(new Set(rows.map(([event]) => event))).toEqual(new Set(expected));
  });

  test.each(cells)("[A2, A3] $event from $sender: $right", async ({ event, sender, right }) => {
    const farm = makeTestFarm();
    const commandId = randomUUID();
    const desk = await farm.worker();
    desk.send("worker:heartbeat", heartbeatOf([phone(serialA)]));
    await (
      await farm.dashboard()
    ).request("command:send", { command_id: commandId, device_id: deviceA, command_type: "screenshot" });
    if (sender === "its own worker") desk.close();
    if (sender.endsWith("another holds it")) {
      const holder = await farm.connect("/dashboard", farm.authOf("operator", "holder"));
      await holder.request("lease:take", { device_id: deviceA });
    }
    const [namespace = "", name = ""] = event.split(" ");
    expect(await outcomeOf(farm, namespace, name, commandId, authOf(farm, sender))).toBe(right);
    farm.close();
  });
});

function authOf(farm: TestFarm, sender: string): { token: string } & Record<string, unknown> {
  switch (sender) {
    case "no token":
      return { type: "dashboard", token: "" };
    case "its own worker":
      return workerAuth("desk-1");
    case "another PC's worker":
      return farm.workerKeyOf("desk-2");
    default: {
      const [word = ""] = sender.split(",");
      return farm.authOf(v.parse(role, word), `a ${word}`);
    }
  }
}

async function outcomeOf(
  farm: TestFarm,
  namespace: string,
  event: string,
  commandId: string,
  auth: { token: string },
): Promise<string> {
  const client = await farm.tryConnect(namespace, auth);
  if ("code" in client) return client.code === "AUTH_FAILED" ? "out" : client.code;
  if (event === "control:input") await client.request("control:open", { device_id: deviceA });
  const answer = await client.request(event, payloadOf(event, commandId, auth.token));
  if (answer.ok || (event.startsWith("job:") && answer.fault.message.includes("not served yet")))
    return "yes";
  if (answer.fault.code === "FORBIDDEN") return "no";
  return answer.fault.message.includes("no such event") ? "none" : answer.fault.message;
}

/** A payload that is right in itself. */
function payloadOf(event: string, commandId: string, token: string): object {
  const assignment = { assignment_id: "assignment", job_id: strangeDevice, device_id: deviceA };
  const payloads: Record<string, object> = {
    "worker:heartbeat": heartbeatOf([phone(serialA)]),
    "command:ack": { command_id: commandId, device_id: deviceA, status: "completed" },
    "job:progress": { ...assignment, progress_pct: 1, current_step: "step", elapsed_sec: 1 },
    "job:completed": {
      ...assignment,
      final_duration_sec: 1,
      did_like: true,
      did_comment: true,
      did_playlist: true,
    },
    "job:failed": { ...assignment, error_code: "E", error_message: "e" },
    "stream:frame": { device_id: deviceA, timestamp: 1, frame: new Uint8Array(3), width: 1, height: 1 },
    "stream:packet": samplePacket({ kind: "still" }, 0),
    "stream:status": { device_id: deviceA, source: "video", display: "on" },
    "stream:latency": { samples: [] },
    "control:clipboard": { device_id: deviceA, text: "text" },
    clock: {},
    "stream:start": { device_id: deviceA, quality: "low", fps: 1 },
    "command:send": { command_id: randomUUID(), device_id: deviceA, command_type: "screenshot" },
    "command:watch": { command_ids: [commandId] },
    "control:input": { device_id: deviceA, messages: Uint8Array.of(5) },
    "group:save": { name: "shelf", device_ids: [deviceA] },
    "group:delete": { name: "shelf" },
    "audit:query": {},
    "auth:renew": { token },
    "job:create": {
      job_id: strangeDevice,
      name: "job",
      device_ids: [deviceA],
      steps: [{ command_type: "screenshot" }],
    },
    "job:cancel": { job_id: strangeDevice },
  };
  return payloads[event] ?? (event.endsWith(":list") ? {} : { device_id: deviceA });
}
