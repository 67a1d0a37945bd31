import { setTimeout as sleep } from "node:timers/promises";
import { deviceIdOf } from "../../../protocol/device-id.ts";
import { hasEnded, openSimulatedDashboard, type SentCommand } from "../simulated-dashboard.ts";
import { openSimulatedWorker } from "../simulated-worker.ts";
import { testTokens } from "../test-farm.ts";
import { answerLimitMs, type FuzzResult } from "./fuzz-result.ts";

const devices = 8;
export const honestDeviceIds = Array.from({ length: devices }, (_, at) => deviceIdOf(`honest-phone-${at}`));

function isCompleted({ ends }: SentCommand): boolean {
  return [...ends.values()].some(([end]) => end?.status === "completed");
}

/** A worker and a dashboard that behave, and must not feel the others. */
export function openHonestClients(url: string, result: FuzzResult) {
  const worker = openSimulatedWorker({
    url,
    token: testTokens.worker,
    pcId: "honest",
    devices,
  });
  const dashboard = openSimulatedDashboard({ url, token: testTokens.dashboard });
  return {
    /** A command gets through. Tried again, because the others may have used up what may be sent to a device. */
    async proveService(): Promise<void> {
      const deadlineMs = performance.now() + answerLimitMs;
      for (const device_id of [...honestDeviceIds, ...honestDeviceIds]) {
        const sent = dashboard.send({ device_id, command_type: "tap", params: { x: 1, y: 2 } });
        while (!hasEnded(sent) && performance.now() < deadlineMs) await sleep(20);
        if (isCompleted(sent)) return;
        await sleep(500);
      }
      result.complaints.add("an honest dashboard's command did not get through");
    },
    close(): void {
      dashboard.close();
      worker.close();
    },
  };
}
