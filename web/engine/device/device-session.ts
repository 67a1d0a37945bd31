import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import type { DeviceIdentity, DeviceState } from "../../../protocol/device-state.ts";
import type { RecoveryReport, StreamReport } from "../../../protocol/engine.ts";
import type { CommandMemory } from "../commands/command-memory.ts";
import { makeCommandQueue } from "../commands/command-queue.ts";
import { executeCommand } from "../commands/execute-command.ts";
import { openControlSession, type ControlSession } from "../control/control-session.ts";
import { untilAborted } from "../aborted.ts";
import { pause } from "../pause.ts";
import { fullShares, type Shares } from "../budget/share.ts";
import type { Demand } from "../screen/demand.ts";
import type { ViewNeeds } from "../screen/view.ts";
import { runClaimLoop, type ClaimLoop } from "./claim-loop.ts";
import type { DeviceLink, OpenLink } from "./device-link.ts";
import { nextState, type DeviceEvent } from "./device-machine.ts";
import { holdDevice, type HeldDevice } from "./held-device.ts";
import { problemOfError } from "./problem-of-error.ts";
import { makeRecovery } from "./recovery.ts";

/** A failed transfer is followed by the end of the link, on Windows 100 ms later. */
const linkEndsWithinMs = 1000;

export interface DeviceSessionNeeds {
  memory: CommandMemory;
  sendAck(ack: CommandAck): void;
  /** Of the device's screen, but for what is the device's own. */
  view: Omit<ViewNeeds, "link" | "identity" | "onProblem">;
  /** Whether a device that nothing else brings back may be rebooted. */
  mayReboot(): boolean;
  /** The state or the problem changed. */
  onChange(): void;
}

/** One device of this PC by its serial number; it outlives pulled cables, and so do the wishes of its viewers. */
export interface DeviceSession {
  state(): DeviceState;
  recovery(): RecoveryReport;
  /** Undefined while nothing is streamed. */
  stream(): StreamReport | undefined;
  plug(openLink: OpenLink): void;
  /** Resolves when everything of the device is let go of; the state is `lost` at once. */
  unplug(): Promise<void>;
  /** Tries now what would be tried later; `isAskedAgain` also repeats an unanswered "Allow USB debugging?". */
  claimNow(isAskedAgain: boolean): void;
  command(command: CommandDeliver): void;
  /** What is watched; undefined when nothing is. Again for somebody new, who then sees the present picture. */
  watch(demand: Demand | undefined): void;
  /** What the farm PC can spare for the device. */
  setShares(shares: Shares): void;
  /** Somebody's decoder needs a key frame. */
  refresh(): void;
  onWireFree(): void;
  /** The connection is another: what was sent last may be lost. */
  onWireNew(): void;
  /** Somebody drives the device live, now or when it is there again. A second one begins anew, with nothing pressed. */
  openControl(onClipboard: (text: string) => void): void;
  /** Whole control messages of scrcpy; nothing without an open control. */
  takeControl(messages: Uint8Array): void;
  closeControl(): void;
}

export function makeDeviceSession(needs: DeviceSessionNeeds): DeviceSession {
  let state: DeviceState = { kind: "lost", sinceMs: Date.now(), problem: { code: "UNPLUGGED" } };
  let plugged: AbortController | undefined;
  let loop: ClaimLoop | undefined;
  let held: HeldDevice | undefined;
  /** Of the one that was held last. */
  let whyLost: Promise<Error> | undefined;
  let demand: Demand | undefined;
  let shares = fullShares;
  /** Where its clipboard goes while somebody drives it, also while it is not there to be driven. */
  let onClipboard: ((text: string) => void) | undefined;
  let control: ControlSession | undefined;
  const recovery = makeRecovery(() => needs.mayReboot());

  function dispatch(event: DeviceEvent): void {
    const next = nextState(state, event, Date.now());
    if (next === state) return;
    state = next;
    needs.onChange();
  }

  /** Why the device is of no more use, while it is being let go of and its state does not say so yet. */
  function whyLeaving(): Promise<Error> | undefined {
    return held === undefined && (state.kind === "ready" || state.kind === "busy") ? whyLost : undefined;
  }

  const queue = makeCommandQueue({
    memory: needs.memory,
    sendAck: (ack) => needs.sendAck(ack),
    obstacle: () => (held === undefined && whyLeaving() === undefined ? obstacles[state.kind] : undefined),
    execute: async (command) => {
      if (held === undefined) throw (await whyLeaving()) ?? new Error(obstacles[state.kind]);
      const { link, view, signal, whyLost } = held;
      dispatch({ type: "command-started", commandId: command.command_id });
      try {
        return await untilAborted(executeCommand(command, { link, screen: view?.screen, signal }), signal);
      } catch (error) {
        // A pulled cable fails transfers before USB tells of it, and what they say means nothing to a person.
        if (problemOfError(error).code === "USB_ERROR") await pause(linkEndsWithinMs, signal);
        throw signal.aborted ? await whyLost : error;
      } finally {
        dispatch({ type: "command-ended" });
      }
    },
  });

  function hold(
    link: DeviceLink,
    identity: DeviceIdentity | undefined,
    unplugged: AbortSignal,
    dispatch: (event: DeviceEvent) => void,
  ): HeldDevice {
    const present = holdDevice({
      link,
      identity,
      unplugged,
      dispatch,
      view: needs.view,
      onAnswer: () => recovery.answered(),
    });
    held = present;
    present.view?.setShares(shares);
    present.view?.watch(demand);
    startControl();
    const forget = (): void => {
      held = undefined;
      whyLost = present.whyLost;
      control = undefined;
    };
    present.signal.addEventListener("abort", forget, { once: true });
    const letGo = (): Promise<void> => {
      endControl();
      return present.letGo();
    };
    return { ...present, letGo };
  }

  function startControl(): void {
    const screen = held?.view?.screen;
    if (screen === undefined || onClipboard === undefined) return;
    control = openControlSession({ hold: (wants) => screen.holdControl(wants), onClipboard });
  }

  function endControl(): void {
    control?.close();
    control = undefined;
  }

  return {
    state: () => state,
    recovery: () => recovery.report(),
    stream: () => held?.view?.report(),
    plug: (openLink) => {
      if (plugged !== undefined) return;
      const present = new AbortController();
      plugged = present;
      recovery.plugged();
      dispatch({ type: "plugged" });
      // What an earlier cable still has to say is not about this one.
      const dispatchPresent = (event: DeviceEvent): void => void (plugged === present && dispatch(event));
      loop = runClaimLoop({
        openLink,
        recovery,
        plugged: present.signal,
        dispatch: dispatchPresent,
        hold: (link, identity) => hold(link, identity, present.signal, dispatchPresent),
      });
    },
    unplug: async () => {
      plugged?.abort();
      plugged = undefined;
      dispatch({ type: "unplugged", code: recovery.isRebooting() ? "REBOOTED" : "UNPLUGGED" });
      await loop?.done;
    },
    claimNow: (isAskedAgain) => loop?.claimNow(isAskedAgain),
    command: (command) => queue.add(command),
    watch: (next) => {
      demand = next;
      held?.view?.watch(next);
    },
    setShares: (next) => {
      shares = next;
      held?.view?.setShares(next);
    },
    refresh: () => held?.view?.screen.refresh(),
    onWireFree: () => held?.view?.onWireFree(),
    onWireNew: () => held?.view?.onWireNew(),
    openControl: (receiveClipboard) => {
      endControl();
      onClipboard = receiveClipboard;
      startControl();
    },
    takeControl: (messages) => control?.take(messages),
    closeControl: () => {
      endControl();
      onClipboard = undefined;
    },
  };
}

const obstacles = {
  unclaimed: "the device is plugged in but cannot be used now; see its PC's worker page",
  claiming: "the device is being connected; try again in a moment",
  authorizing: 'the device waits for a person to allow "USB debugging"',
  lost: "the device was unplugged",
  ready: "the device is being let go of",
  busy: "the device is being let go of",
} as const satisfies Record<DeviceState["kind"], string>;
