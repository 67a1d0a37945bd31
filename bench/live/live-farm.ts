import { randomUUID } from "node:crypto";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import { type RunningPhones, startPhones } from "../../phone/node/testing/running-phones.ts";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import { startRelayProcess, type RelayProcess } from "../../relay/testing/relay-process.ts";
import { testTokens } from "../../relay/testing/test-farm.ts";
import { listDevices } from "../../web/e2e/farm.ts";
import { findBrowser } from "../../web/e2e/find-browser.ts";
import { until, untilAsked } from "../until.ts";
import { grantedPort } from "./in-testbed.ts";
import { openUnwatchedPage } from "./unwatched-page.ts";

/** A whole farm as it is shipped, each part in processes of its own. */
export interface LiveFarm {
  relay: RelayProcess;
  /** The browser of the worker's tab, and of nothing else. */
  workerBrowser: Browser;
  phones: RunningPhones;
  devices: DeviceStatusUpdate[];
  dashboardUrl: string;
  /** A dashboard's own connection. */
  control: Socket;
  /** Runs a line on every phone. */
  runOnAll(shellCommand: string): Promise<void>;
  close(): Promise<void>;
}

/** Inside the testbed only. */
export async function openLiveFarm(
  dataDir: string,
  phoneCount: number,
  phoneOptions: readonly string[] = [],
): Promise<LiveFarm> {
  const relay = await startRelayProcess(dataDir, grantedPort);
  const phones = await startPhones(["--usbip", "3240", "--count", String(phoneCount), ...phoneOptions]);
  const workerBrowser = await launch();
  const page = await openUnwatchedPage(workerBrowser, { width: 1280, height: 800 });
  // The address that the testbed's policy grants devices to.
  const origin = `http://127.0.0.1:${grantedPort}`;
  await page.goto(`${origin}/worker?kiosk&pc_id=bench#token=${testTokens.worker}`);
  const control = io(`${origin}/dashboard`, {
    transports: ["websocket"],
    auth: { type: "dashboard", token: testTokens.dashboard },
  });
  let devices: DeviceStatusUpdate[] = [];
  await untilAsked(async () => {
    // Every sixth is a phone that asks, and asks when it is claimed.
    for (let phone = 1; phone <= phoneCount; phone += 1) await phones.say(`allow ${phone}`);
    devices = (await listDevices(control)).devices.filter(({ state }) => state === "ready");
    return devices.length === phoneCount;
  }, `${phoneCount} phones are ready`);

  return {
    relay,
    workerBrowser,
    phones,
    devices,
    dashboardUrl: `${origin}/dashboard#token=${testTokens.dashboard}`,
    control,
    async runOnAll(shellCommand) {
      let ended = 0;
      const hear = ({ status }: { status: string }): void => {
        if (status === "completed" || status === "failed") ended += 1;
      };
      control.on("command:ack", hear);
      for (const { device_id } of devices) {
        const command = {
          command_id: randomUUID(),
          device_id,
          command_type: "shell",
          params: { shellCommand },
        };
        await control.emitWithAck("command:send", command);
      }
      await until(() => ended >= devices.length, `"${shellCommand}" has ended on every phone`);
      control.off("command:ack", hear);
    },
    async close() {
      control.close();
      await workerBrowser.close();
      await phones.stop();
      await relay.kill();
    },
  };
}

export function launch(options: LaunchOptions = {}): Promise<Browser> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const args = [...asRoot, "--disable-gpu", "--disable-background-networking", ...(options.args ?? [])];
  return chromium.launch({ executablePath: findBrowser(), ...options, args });
}
