import type { DeviceState, Problem, RecoveryRung } from "../../../protocol/device-state.ts";
import type { RelayLinkState } from "../../../protocol/engine.ts";

interface Words {
  text: string;
  /** Classes of `.badge`. */
  tone: string;
}

const ofDevice: Record<DeviceState["kind"], Words> = {
  unclaimed: { text: "Not connected", tone: "bad" },
  claiming: { text: "Connecting", tone: "waits" },
  authorizing: { text: "Asking the phone", tone: "warn waits" },
  ready: { text: "Ready", tone: "ok" },
  busy: { text: "Busy", tone: "busy" },
  lost: { text: "Lost", tone: "bad" },
};

export function deviceWords(state: DeviceState): Words {
  if (state.kind === "ready" && state.problems.length > 0)
    return { text: "Ready, with a problem", tone: "warn" };
  if (state.kind === "lost" && state.problem.code === "REBOOTED")
    return { text: "Rebooting", tone: "warn waits" };
  const rung = rungOf(state);
  if (rung === "person") return { text: "Needs a person", tone: "bad" };
  return rung === undefined ? ofDevice[state.kind] : { text: "Does not answer", tone: "bad waits" };
}

/** Where on the ladder a phone is that stopped answering. */
export function rungOf(state: DeviceState): RecoveryRung | undefined {
  return state.kind === "unclaimed" || state.kind === "claiming" ? state.rung : undefined;
}

/** Nobody need do anything yet. */
export function isRecovering(state: DeviceState): boolean {
  const rung = rungOf(state);
  return rung !== undefined && rung !== "person";
}

/** While a phone asks its "Allow USB debugging?" it has a problem, even before the engine says so. */
export function problemsOf(state: DeviceState): readonly Problem[] {
  if ("problems" in state) return state.problems;
  if (state.problem !== undefined) return [state.problem];
  return state.kind === "authorizing" ? [{ code: "AUTH_PENDING" }] : [];
}

const ofRelay: Record<RelayLinkState["kind"], Words> = {
  connecting: { text: "Connecting", tone: "warn waits" },
  connected: { text: "Connected", tone: "ok" },
  refused: { text: "Refused", tone: "bad" },
  elsewhere: { text: "In another tab", tone: "warn" },
  stopped: { text: "Stopped", tone: "" },
};

export function relayWords(relay: RelayLinkState | undefined): Words {
  return ofRelay[relay?.kind ?? "stopped"];
}

export function rateWords(bytesPerSecond: number): string {
  if (bytesPerSecond >= 1_000_000) return `${(bytesPerSecond / 1_000_000).toFixed(1)} MB/s`;
  return `${Math.round(bytesPerSecond / 1000)} kB/s`;
}
