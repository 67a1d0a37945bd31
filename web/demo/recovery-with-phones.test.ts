import { afterEach, expect, test, vi } from "vitest";
import type { Wire } from "../../phone/adb/wire.ts";
import { closeFarms, patient, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

/** As an adbd does whose computer vanished in the middle of a large packet. */
async function swallow(wire: Wire): Promise<void> {
  while ((await wire.read()) !== undefined);
}

test("[L1] a phone whose adbd answers nothing until USB is reset is a zombie meanwhile, and ready without a click", async () => {
  let wires = 0;
  const farm = await startFarm({}, (rig) => {
    rig.unplug();
    const connect = rig.phone.connect.bind(rig.phone);
    vi.spyOn(rig.phone, "connect").mockImplementation(async (wire) => {
      wires += 1;
      await (wires === 1 ? swallow(wire) : connect(wire));
    });
    rig.plug();
  });
  const told = (change: object) =>
    vi.waitFor(
      () =>
        expect(farm.dashboard.all("device:status:update")).toContainEqual(expect.objectContaining(change)),
      { timeout: 15_000 },
    );
  await told({
    status: "offline",
    health_status: "zombie",
    problem: { code: "ADB_TIMEOUT", detail: "the ADB handshake took longer than 5 s" },
  });
  await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "ready" }), { timeout: 15_000 });
  expect(wires).toBe(2);
  expect(farm.reports.at(-1)?.devices[0]?.recovery).toMatchObject({
    taken: { reclaim: 1, "usb-reset": 1 },
    skipped: {},
    recoveredAtMs: expect.any(Number),
  });
  const rungs = farm.reports.map(({ devices: [device] }) =>
    device !== undefined && "rung" in device.state ? device.state.rung : undefined,
  );
  expect(rungs).toContain("reclaim");
  await farm.isKnown();
  await vi.waitFor(
    () => expect(farm.dashboard.last("device:status:update")).toMatchObject({ health_status: "healthy" }),
    patient,
  );
});
