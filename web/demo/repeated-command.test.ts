import { afterEach, expect, test, vi } from "vitest";
import { closeFarms, deviceId, patient, png, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

test("[C11] a command that is given again after a cut is done once on the phone, and ends once", async () => {
  const farm = await startFarm();
  await farm.isKnown();
  const finished = Promise.withResolvers<undefined>();
  const capture = vi.fn<() => Promise<Uint8Array>>(async () => {
    await finished.promise;
    return png.slice();
  });
  farm.rig.display.capture = capture;
  const command_id = "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01";
  const ack = { command_id, device_id: deviceId };
  await farm.dashboard.request("command:send", { ...ack, command_type: "screenshot" });
  await vi.waitFor(() => expect(capture).toHaveBeenCalled(), patient);

  farm.cutWorker();
  await vi.waitFor(() => expect(farm.timesSentToWorker(command_id)).toBe(2), patient);
  finished.resolve(undefined);
  const statuses = () =>
    farm.dashboard
      .all("command:ack")
      .map((each) => (each instanceof Object && "status" in each ? each.status : each));
  await vi.waitFor(() => expect(statuses().at(-1)).toBe("completed"), patient);
  // Whatever the phone does next comes after a second execution would have.
  await farm.run({ command_type: "shell", params: { shellCommand: "true" } });
  expect(capture).toHaveBeenCalledTimes(1);
  expect(statuses().filter((status) => status === "completed" || status === "failed")).toHaveLength(2);
});
