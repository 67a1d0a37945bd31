import type { EngineReport, EngineRequest } from "../../protocol/engine.ts";
import { makeBrowserPlatform, type EnginePlatform } from "./platform.ts";
import { startWorker, type RunningWorker, type StartRequest } from "./worker-run.ts";

/** What surrounds an engine: the USB it may use and its page. */
export interface EngineScope {
  /** `navigator.usb`, or anything of its shape; undefined where the browser has none. */
  usb: USB | undefined;
  post(report: EngineReport): void;
  /** Called once, before the first request may arrive. */
  onRequest(handler: (request: EngineRequest) => void): void;
  /** The browser's own when absent. */
  platform?: EnginePlatform;
}

/** Runs the worker's engine for as long as the thread lives. */
export function serveEngine(scope: EngineScope): void {
  const platform = scope.platform ?? makeBrowserPlatform();
  let running: RunningWorker | undefined;
  let wanted: StartRequest | undefined;
  let stopping: Promise<void> = Promise.resolve();

  function stop(): void {
    const present = running;
    running = undefined;
    if (present !== undefined) stopping = stopping.then(() => present.stop());
  }

  async function startAfterStop(request: StartRequest): Promise<void> {
    await stopping;
    // Another request came meanwhile.
    if (wanted !== request) return;
    running = startWorker(request, scope, platform);
  }

  scope.onRequest((request) => {
    switch (request.type) {
      case "start":
        wanted = request;
        stop();
        // The devices are let go of before they are claimed anew.
        void startAfterStop(request);
        return;
      case "claim":
        running?.claim(request.serialNumber);
        return;
      case "may-reboot":
        running?.setMayReboot(request.mayReboot);
        return;
      case "take-over":
        running?.takeOver();
        return;
      case "stop":
        wanted = undefined;
        stop();
        return;
      default:
        request satisfies never;
    }
  });
}
