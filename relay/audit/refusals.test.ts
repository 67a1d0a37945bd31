import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeTestFarm, strangeDevice, testTokens, type TestFarm } from "../testing/test-farm.ts";

let farm: TestFarm;
beforeEach(() => {
  farm = makeTestFarm();
});
afterEach(() => farm.close());

function refusals() {
  const isRefusal = ({ outcome }: { outcome: string }) => /^[A-Z_]+$/.test(outcome);
  return farm.store.listAuditEvents(10_000).filter(isRefusal).toReversed();
}

describe("[R4] the trail tells of refusals", () => {
  test("the first at once, with its device, and how many of the kind followed within the minute", async () => {
    const dashboard = await farm.dashboard();
    for (let index = 0; index < 500; index += 1) {
      await dashboard.request("control:open", { device_id: strangeDevice });
      await dashboard.request(`nonsense ${index}`);
    }
    const control = { actor: "dashboard", event: "control:open" };
    const nonsense = { actor: "dashboard", event: "unknown", outcome: "INVALID_PAYLOAD" };
    const first = [{ ...control, deviceId: strangeDevice }, nonsense];
    expect(refusals()).toMatchObject(first);
    farm.clock.advance(60_000);
    const details = { repeats: 499 };
    expect(refusals()).toMatchObject([...first, { ...control, details }, { ...nonsense, details }]);
    farm.clock.advance(60_000);
    expect(refusals()).toHaveLength(4);
  });

  test("of connections, by address, and a flood of addresses stays small", async () => {
    for (let index = 0; index < 3000; index += 1) {
      await farm.wires.connect(
        "/dashboard",
        { type: "dashboard", token: "wrong" },
        { address: `2001:db8::${index}` },
      );
    }
    expect(refusals()).toHaveLength(1001);
    expect(refusals()[7]).toMatchObject({
      actor: "nobody",
      address: "2001:db8::7",
      event: "connect",
      outcome: "AUTH_FAILED",
    });
    farm.clock.advance(60_000);
    expect(refusals()).toHaveLength(1002);
    expect(refusals().at(-1)).toMatchObject({ actor: "many", details: { repeats: 1999 } });
  });
});

test("[R1] neither the trail nor the log has a token in it, wherever a client puts it", async () => {
  const secrets = [testTokens.worker, testTokens.dashboard, "a-wrong-token-of-somebody"];
  const clients = [
    await farm.worker(),
    await farm.dashboard(),
    await farm.viewer(),
    await farm.workerStream(),
  ];
  for (const token of secrets) {
    await farm.tryConnect("/", { type: "dashboard", token });
    for (const type of ["worker", "dashboard", token]) {
      for (const pc_id of ["desk-9", token, undefined]) {
        await farm.tryConnect("/worker", { type, token: `${token}x`, pc_id: `${pc_id} ` });
        await farm.tryConnect("/dashboard", { type, token: [token], pc_id });
      }
    }
    for (const client of clients) {
      await client.request("auth:renew", { token: `${token}y` });
      await client.request("auth:renew", { token: { token } });
      await client.request(token, { token });
      await client.request("device:list", token);
      await client.request("command:send", { command_type: token, token });
      await client.request("worker:heartbeat", { pc_id: token, devices: token });
      client.send(token, token);
    }
  }
  farm.clock.advance(60_000);
  const everything = JSON.stringify([farm.store.listAuditEvents(10_000), farm.logLines]);
  expect(everything).toContain("AUTH_FAILED");
  for (const secret of secrets) expect(everything).not.toContain(secret);
});
