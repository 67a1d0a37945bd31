import { createStore, reconcile } from "solid-js/store";
import type { EngineReport, EngineRequest } from "../../../protocol/engine.ts";

/** What the link needs of a `Worker` that runs the engine. */
export interface EngineThread {
  postMessage(request: EngineRequest): void;
  addEventListener(type: "message", listener: (event: MessageEvent<EngineReport>) => void): void;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
}

export interface WorkerLinkState {
  /** Absent until the engine said something. */
  report?: EngineReport;
  /** The thread itself failed; only a reload helps. */
  crash?: string;
}

/** All that the worker screen sees of the engine. `state` is a Solid store. */
export interface WorkerLink {
  state: WorkerLinkState;
  /** Starts as this PC; when it already runs under another name, stops first. */
  start(pcId: string): void;
  stop(): void;
  /** Whether a phone that nothing else brings back may be rebooted; not, until said so. */
  setMayReboot(mayReboot: boolean): void;
  /** Looks at one device, or at every granted one, now. */
  claim(serialNumber?: string): void;
  /** Takes the place of the worker that keeps this one out. */
  takeOver(): void;
}

/** `relayUrl` is the relay's origin; `token` the worker's. */
export function makeWorkerLink(
  worker: EngineThread,
  options: { relayUrl: string; token: string },
): WorkerLink {
  const [state, setState] = createStore<WorkerLinkState>({});
  let phase: "idle" | "running" | "stopping" = "idle";
  let next: string | undefined;
  let mayReboot = false;

  function post(pcId: string): void {
    phase = "running";
    worker.postMessage({ type: "start", ...options, pcId, keyName: `tabfarm@${pcId}`, mayReboot });
  }

  worker.addEventListener("message", (event) => {
    const report = event.data;
    setState("report", reconcile(report, { key: "serialNumber" }));
    if (report.relay.kind !== "stopped" || phase !== "stopping") return;
    phase = "idle";
    const pcId = next;
    next = undefined;
    if (pcId !== undefined) post(pcId);
  });
  worker.addEventListener("error", (event) => {
    setState("crash", event.message || "The engine thread could not be loaded.");
  });

  function stop(): void {
    if (phase !== "running") return;
    phase = "stopping";
    worker.postMessage({ type: "stop" });
  }

  return {
    state,
    start(pcId) {
      if (phase === "idle") return post(pcId);
      // Two runs of one engine at a time would hold each other's phones.
      next = pcId;
      stop();
    },
    stop() {
      next = undefined;
      stop();
    },
    setMayReboot(next) {
      mayReboot = next;
      if (phase === "running") worker.postMessage({ type: "may-reboot", mayReboot });
    },
    takeOver() {
      worker.postMessage({ type: "take-over" });
    },
    claim(serialNumber) {
      worker.postMessage(serialNumber === undefined ? { type: "claim" } : { type: "claim", serialNumber });
    },
  };
}
