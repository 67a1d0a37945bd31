import { afterEach, expect, test, vi } from "vitest";
import { connectSocketIo } from "../../relay/testing/socket-io-client.ts";
import { closeFarms, patient, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

test("[H5] a tab that was taken over stays out until a person wants it back, and then the phone is as it was", async () => {
  const farm = await startFarm();
  await farm.ready();
  await farm.isKnown();
  const { url, tokens } = farm.relay;
  const rival = { type: "worker", token: tokens.worker, pc_id: "desk-1", take_over: true };
  const taken = await connectSocketIo(url, "/worker", rival);
  if (!taken.ok) throw new Error(taken.fault.message);

  const relay = () => farm.reports.at(-1)?.relay;
  await vi.waitFor(() => {
    expect(relay()).toMatchObject({ kind: "refused", fault: { code: "FORBIDDEN" } });
  }, patient);
  expect(taken.value.isClosed()).toBe(false);

  farm.dashboard.forget();
  farm.request({ type: "take-over" });
  await vi.waitFor(() => expect(relay()).toMatchObject({ kind: "connected" }), patient);
  await vi.waitFor(() => expect(taken.value.isClosed()).toBe(true), patient);
  expect(taken.value.errors()).toMatchObject([{ code: "FORBIDDEN" }]);
  expect(await farm.run({ command_type: "screenshot" })).toMatchObject({ status: "completed" });
  expect(farm.dashboard.all("device:disconnected")).toEqual([]);
});
