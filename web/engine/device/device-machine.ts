import type {
  DeviceIdentity,
  DeviceState,
  Problem,
  ProblemCode,
  RecoveryRung,
} from "../../../protocol/device-state.ts";

/** What may happen to a device. */
export type DeviceEvent =
  | { type: "plugged" }
  | { type: "unplugged"; code: "UNPLUGGED" | "REBOOTED" }
  | { type: "claim-started" }
  | { type: "authorization-asked" }
  /** ADB answers, Android does not yet. */
  | { type: "booting" }
  /** `rung`: what is tried next, of a device that stopped answering. */
  | { type: "claim-failed"; problem: Problem; retryAtMs: number; rung?: RecoveryRung }
  /** Without an identity: no Android is behind ADB. */
  | { type: "admitted"; identity?: DeviceIdentity }
  | { type: "command-started"; commandId: string }
  | { type: "command-ended" }
  | { type: "battery-read"; level: number }
  | { type: "problem-found"; problem: Problem }
  | { type: "problem-solved"; code: ProblemCode };

/** The state after an event. An event that means nothing in this state (it came late) leaves it as it is. */
export function nextState(state: DeviceState, event: DeviceEvent, nowMs: number): DeviceState {
  switch (event.type) {
    case "plugged":
      return state.kind === "lost" ? { kind: "unclaimed" } : state;
    case "unplugged":
      return state.kind === "lost" ? state : { kind: "lost", sinceMs: nowMs, problem: { code: event.code } };
    case "claim-started":
      if (state.kind !== "unclaimed") return state;
      return { kind: "claiming", sinceMs: nowMs, ...stillWrong(state) };
    case "authorization-asked":
      if (state.kind !== "claiming") return state;
      return { kind: "authorizing", sinceMs: nowMs, problem: { code: "AUTH_PENDING" } };
    case "booting":
      if (state.kind !== "claiming" && state.kind !== "authorizing") return state;
      return { kind: "claiming", sinceMs: state.sinceMs, problem: { code: "BOOTING" } };
    case "claim-failed": {
      if (state.kind === "lost") return state;
      const { type: _, ...failure } = event;
      return { kind: "unclaimed", ...failure };
    }
    case "admitted": {
      if (state.kind !== "claiming" && state.kind !== "authorizing") return state;
      const { identity } = event;
      if (identity === undefined)
        return { kind: "ready", sinceMs: nowMs, problems: [{ code: "NOT_ANDROID" }] };
      return { kind: "ready", sinceMs: nowMs, identity, problems: [] };
    }
    default:
      return nextHeldState(state, event, nowMs);
  }
}

/** A device that stopped answering has not begun to answer because it is tried again. */
function stillWrong(state: DeviceState & { kind: "unclaimed" }): { problem?: Problem; rung?: RecoveryRung } {
  const { problem, rung } = state;
  return problem === undefined || rung === undefined ? {} : { problem, rung };
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
    case "problem-found": {
      const others = state.problems.filter(({ code }) => code !== event.problem.code);
      return { ...state, problems: [...others, event.problem].toSorted(byWeight) };
    }
    case "problem-solved": {
      const problems = state.problems.filter(({ code }) => code !== event.code);
      return problems.length === state.problems.length ? state : { ...state, problems };
    }
    default:
      return event satisfies never;
  }
}

/** The worst first: that one is told to the relay. */
const weights: Partial<Record<ProblemCode, number>> = { SLOW: 2, SCREEN_FAILED: 1 };

function byWeight(one: Problem, other: Problem): number {
  return (weights[other.code] ?? 0) - (weights[one.code] ?? 0);
}
