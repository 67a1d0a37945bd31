import type { DeviceIdentity, Problem } from "../../../protocol/device-state.ts";
import { aborted } from "../aborted.ts";
import { pause } from "../pause.ts";
import { makeView, type View, type ViewNeeds } from "../screen/view.ts";
import { unplugGraceMs, type Holding } from "./claim-loop.ts";
import type { DeviceLink } from "./device-link.ts";
import type { DeviceEvent } from "./device-machine.ts";
import { watchLiveness } from "./liveness.ts";

export interface HeldDeviceNeeds {
  link: DeviceLink;
  /** Undefined where no Android is behind ADB: there is no screen then. */
  identity: DeviceIdentity | undefined;
  /** Of its screen, but for what is the device's own. */
  view: Omit<ViewNeeds, "link" | "identity" | "onProblem">;
  /** The device answered. */
  onAnswer(): void;
  dispatch(event: DeviceEvent): void;
  /** Aborts when the cable is pulled. */
  unplugged: AbortSignal;
}

/** What exists only while the device lets us in. */
export interface HeldDevice extends Holding {
  readonly link: DeviceLink;
  readonly view: View | undefined;
  /** Aborts when the device is of no more use. */
  readonly signal: AbortSignal;
  /** Why it is, for a person; never resolves before. */
  readonly whyLost: Promise<Error>;
}

export function holdDevice(needs: HeldDeviceNeeds): HeldDevice {
  const { link, identity, unplugged } = needs;
  const over = new AbortController();
  const lost = Promise.withResolvers<Error>();
  const onProblem = (detail: string | undefined): void =>
    needs.dispatch(problemEvent("SCREEN_FAILED", detail));
  const view = identity && makeView({ ...needs.view, link, identity, onProblem });
  const alive = watchLiveness({
    link,
    isAndroid: identity !== undefined,
    onAnswer: (batteryLevel) => {
      needs.onAnswer();
      if (batteryLevel !== undefined) needs.dispatch({ type: "battery-read", level: batteryLevel });
    },
    onSlow: (detail) => needs.dispatch(problemEvent("SLOW", detail)),
    signal: over.signal,
  });
  const failed = Promise.race([
    link.ended.then((detail): Problem => ({ code: "USB_ERROR", detail })),
    alive.then((detail): Problem => ({ code: "ADB_TIMEOUT", detail })),
    aborted(unplugged).then((): Problem => ({ code: "UNPLUGGED" })),
  ]).then((problem) => {
    over.abort();
    lost.resolve(whyLost(problem, unplugged));
    return problem;
  });
  return {
    link,
    view,
    failed,
    signal: over.signal,
    whyLost: lost.promise,
    letGo: async () => await view?.close(),
  };
}

function problemEvent(code: "SLOW" | "SCREEN_FAILED", detail: string | undefined): DeviceEvent {
  if (detail === undefined) return { type: "problem-solved", code };
  return { type: "problem-found", problem: { code, detail: detail.slice(0, 1000) } };
}

/** Also a pulled cable begins with a failure of ADB. */
async function whyLost(problem: Problem, unplugged: AbortSignal): Promise<Error> {
  if (problem.code === "USB_ERROR") await pause(unplugGraceMs, unplugged);
  return new Error(unplugged.aborted ? "the device was unplugged" : `ADB was lost: ${problem.detail}`);
}
