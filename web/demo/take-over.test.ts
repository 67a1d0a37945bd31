import { afterEach, expect, test, vi } from "vitest";
import { connectSocketIo } from "../../relay/testing/socket-io-client.ts";
import { closeFarms, patient, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

test("[H5] a tab that was taken over lets go of its phones, and has them again when a person wants it back", async () => {
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
  expect(farm.reports.at(-1)?.devices).toEqual([]);
  const otherBrowser = farm.rig.addComputer();
  await vi.waitFor(() => claimAndLetGo(otherBrowser), patient);

  farm.dashboard.forget();
  farm.request({ type: "take-over" });
  await vi.waitFor(() => expect(relay()).toMatchObject({ kind: "connected" }), patient);
  await vi.waitFor(() => expect(taken.value.isClosed()).toBe(true), patient);
  expect(taken.value.errors()).toMatchObject([{ code: "FORBIDDEN" }]);
  expect(await farm.run({ command_type: "screenshot" })).toMatchObject({ status: "completed" });
  expect(farm.dashboard.all("device:disconnected")).toEqual([]);
});

/** Rejects while somebody else has claimed the phone. */
async function claimAndLetGo(usb: USB): Promise<void> {
  const [device] = await usb.getDevices();
  if (device === undefined) throw new Error("no phone on the bus");
  await device.open();
  await device.claimInterface(0);
  await device.close();
}
