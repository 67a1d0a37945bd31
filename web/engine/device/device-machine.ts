import type { DeviceIdentity, DeviceState, Problem } from "../../../protocol/device-state.ts";

/** What may happen to a device. */
export type DeviceEvent =
  | { type: "plugged" }
  | { type: "unplugged" }
  | { type: "claim-started" }
  | { type: "authorization-asked" }
  | { type: "claim-failed"; problem: Problem; retryAtMs: number }
  | { type: "admitted"; identity: DeviceIdentity }
  | { type: "command-started"; commandId: string }
  | { type: "command-ended" }
  | { type: "battery-read"; level: number }
  | { type: "problem-found"; problem: Problem }
  | { type: "problem-solved" };

/** The state after an event. An event that means nothing in this state (it came late) leaves it as it is. */
export function nextState(state: DeviceState, event: DeviceEvent, nowMs: number): DeviceState {
  switch (event.type) {
    case "plugged":
      return state.kind === "lost" ? { kind: "unclaimed" } : state;
    case "unplugged":
      return state.kind === "lost" ? state : { kind: "lost", sinceMs: nowMs, problem: { code: "UNPLUGGED" } };
    case "claim-started":
      return state.kind === "unclaimed" ? { kind: "claiming", sinceMs: nowMs } : state;
    case "authorization-asked":
      if (state.kind !== "claiming") return state;
      return { kind: "authorizing", sinceMs: nowMs, problem: { code: "AUTH_PENDING" } };
    case "claim-failed":
      if (state.kind === "lost") return state;
      return { kind: "unclaimed", problem: event.problem, retryAtMs: event.retryAtMs };
    case "admitted":
      if (state.kind !== "claiming" && state.kind !== "authorizing") return state;
      return { kind: "ready", sinceMs: nowMs, identity: event.identity };
    default:
      return nextHeldState(state, event, nowMs);
  }
}

type HeldEvent = Extract<
  DeviceEvent,
  { type: "command-started" | "command-ended" | "battery-read" | "problem-found" | "problem-solved" }
>;

/** Events of a device that let us in. */
function nextHeldState(state: DeviceState, event: HeldEvent, nowMs: number): DeviceState {
  if (state.kind !== "ready" && state.kind !== "busy") return state;
  switch (event.type) {
    case "command-started":
      return { ...state, kind: "busy", commandId: event.commandId, sinceMs: nowMs };
    case "command-ended": {
      if (state.kind !== "busy") return state;
      const { commandId: _ended, ...held } = state;
      return { ...held, kind: "ready", sinceMs: nowMs };
    }
    case "battery-read":
      return state.batteryLevel === event.level ? state : { ...state, batteryLevel: event.level };
    case "problem-found":
      return { ...state, problem: event.problem };
    case "problem-solved": {
      const { problem, ...held } = state;
      return problem === undefined ? state : held;
    }
    default:
      return event satisfies never;
  }
}
