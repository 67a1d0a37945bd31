import { afterEach, expect, test, vi } from "vitest";
import type { Fault } from "../../phone/fault.ts";
import { closeFarms, patient, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

test.each<Fault>([
  { name: "wrong-magic" },
  { name: "wrong-length", excessBytes: 100 },
  { name: "wrong-length", excessBytes: -1 },
  { name: "short-read" },
])(
  "[L8] after $name the link is not trusted any more, and the phone is claimed anew without a click",
  async (fault) => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    farm.rig.phone.faults.add(fault);
    const ack = await farm.run({ command_type: "shell", params: { shellCommand: "echo whole" } });
    // Never an output with a hole.
    expect(ack).toMatchObject({ status: "failed", error: expect.stringContaining("BrokenPacketError") });
    await vi.waitFor(() => {
      const device = farm.reports.at(-1)?.devices[0];
      expect(device).toMatchObject({ state: { kind: "ready" }, recovery: { taken: { reclaim: 1 } } });
    }, patient);
    const again = await farm.run({ command_type: "shell", params: { shellCommand: "echo whole" } });
    expect(again).toMatchObject({ status: "completed", result: { stdout: "whole\n" } });
  },
);
