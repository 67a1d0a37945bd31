import type { EngineReport, EngineRequest } from "../../protocol/engine.ts";

/** What surrounds an engine: the USB it may use and its page. */
export interface EngineScope {
  /** `navigator.usb`, or anything of its shape; undefined where the browser has none. */
  usb: USB | undefined;
  post(report: EngineReport): void;
  /** Called once, before the first request may arrive. */
  onRequest(handler: (request: EngineRequest) => void): void;
}

/** Runs the worker's engine for as long as the thread lives. */
export function serveEngine(scope: EngineScope): void {
  const idle: EngineReport = {
    type: "report",
    relay: { kind: "stopped" },
    devices: [],
    throughput: { framesPerSecond: 0, bytesPerSecond: 0, commandsCompleted: 0, commandsFailed: 0 },
    isUsbMissing: scope.usb === undefined,
  };
  scope.onRequest(() => scope.post(idle));
}
