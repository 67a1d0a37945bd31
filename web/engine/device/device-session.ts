import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import type { DeviceIdentity, DeviceState, Problem } from "../../../protocol/device-state.ts";
import type { StreamReport } from "../../../protocol/engine.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { CommandMemory } from "../commands/command-memory.ts";
import { makeCommandQueue } from "../commands/command-queue.ts";
import { executeCommand } from "../commands/execute-command.ts";
import { aborted, untilAborted } from "../aborted.ts";
import { pause } from "../pause.ts";
import { makeRateMeter } from "../rate-meter.ts";
import { makeFramePump, type FramePump, type JpegFrame, type PictureWish } from "../screen/frame-pump.ts";
import type { MakeJpegCanvas, MakePictureDecoder } from "../screen/picture.ts";
import { makeScreen, type Screen } from "../screen/screen.ts";
import { probeBattery } from "./battery-probe.ts";
import { runClaimLoop, unplugGraceMs, type ClaimLoop } from "./claim-loop.ts";
import type { DeviceLink, OpenLink } from "./device-link.ts";
import { nextState, type DeviceEvent } from "./device-machine.ts";
import { problemOfError } from "./problem-of-error.ts";

/** A failed transfer is followed by the end of the link, on Windows 100 ms later. */
const linkEndsWithinMs = 1000;

export interface DeviceSessionNeeds {
  memory: CommandMemory;
  makeDecoder: MakePictureDecoder;
  makeCanvas: MakeJpegCanvas;
  sendAck(ack: CommandAck): void;
  sendFrame(frame: JpegFrame, identity: DeviceIdentity): void;
  isFrameWireFree(): boolean;
  /** The state or the problem changed. */
  onChange(): void;
}

/** One device of this PC by its serial number; it outlives pulled cables, and so do the wishes of its viewers. */
export interface DeviceSession {
  state(): DeviceState;
  /** Undefined while nothing is streamed. */
  stream(): StreamReport | undefined;
  plug(openLink: OpenLink): void;
  /** Resolves when everything of the device is let go of; the state is `lost` at once. */
  unplug(): Promise<void>;
  /** Tries now what would be tried later; `isAskedAgain` also repeats an unanswered "Allow USB debugging?". */
  claimNow(isAskedAgain: boolean): void;
  command(command: CommandDeliver): void;
  /** What viewers want; undefined when nobody watches. A repeated wish sends the present picture once more. */
  watch(wish: PictureWish | undefined): void;
  onFrameWireFree(): void;
}

/** What exists only while the device lets us in. */
interface Held {
  link: DeviceLink;
  screen: Screen;
  pump: FramePump;
  /** Aborts when the device is let go of. */
  signal: AbortSignal;
  /** Why it was, for a person; never resolves before. */
  whyLost: Promise<Error>;
}

export function makeDeviceSession(needs: DeviceSessionNeeds): DeviceSession {
  let state: DeviceState = { kind: "lost", sinceMs: Date.now(), problem: { code: "UNPLUGGED" } };
  let plugged: AbortController | undefined;
  let loop: ClaimLoop | undefined;
  let held: Held | undefined;
  let wish: PictureWish | undefined;
  let lastSize: Size | undefined;
  const meter = makeRateMeter();

  function dispatch(event: DeviceEvent): void {
    const next = nextState(state, event, Date.now());
    if (next === state) return;
    state = next;
    needs.onChange();
  }

  const queue = makeCommandQueue({
    memory: needs.memory,
    sendAck: (ack) => needs.sendAck(ack),
    obstacle: () => (held === undefined ? obstacles[state.kind] : undefined),
    execute: async (command) => {
      if (held === undefined) throw new Error(obstacles[state.kind]);
      const { link, screen, signal, whyLost } = held;
      dispatch({ type: "command-started", commandId: command.command_id });
      try {
        const target = {
          link,
          signal,
          liveControl: () => screen.liveControl(),
          openControl: () => screen.openControl(),
        };
        return await untilAborted(executeCommand(command, target), signal);
      } catch (error) {
        // A pulled cable fails transfers before USB tells of it, and what they say means nothing to a person.
        if (problemOfError(error).code === "USB_ERROR") await pause(linkEndsWithinMs, signal);
        throw signal.aborted ? await whyLost : error;
      } finally {
        dispatch({ type: "command-ended" });
      }
    },
  });

  function setScreenProblem(detail: string | undefined): void {
    if (detail === undefined) dispatch({ type: "problem-solved" });
    else
      dispatch({ type: "problem-found", problem: { code: "SCREEN_FAILED", detail: detail.slice(0, 1000) } });
  }

  async function use(link: DeviceLink, identity: DeviceIdentity, unplugged: AbortSignal): Promise<Problem> {
    const letGo = new AbortController();
    const pulled = AbortSignal.any([unplugged, letGo.signal]);
    const pump = makeFramePump({
      canvas: needs.makeCanvas(),
      isWireFree: () => needs.isFrameWireFree(),
      onProblem: setScreenProblem,
      send: (frame) => {
        lastSize = frame.size;
        meter.add(frame.jpeg.byteLength);
        needs.sendFrame(frame, identity);
      },
    });
    const screen = makeScreen({
      link,
      screenSize: identity.screen,
      makeDecoder: needs.makeDecoder,
      onPicture: (picture) => pump.offer(picture),
      onProblem: setScreenProblem,
    });
    const lost = Promise.withResolvers<Error>();
    held = { link, screen, pump, signal: letGo.signal, whyLost: lost.promise };
    pump.setWish(wish);
    screen.setWish(wish);
    const problem = await Promise.race([
      link.ended.then((detail): Problem => ({ code: "USB_ERROR", detail })),
      probeBattery(link, (level) => dispatch({ type: "battery-read", level }), letGo.signal).then(
        (detail): Problem => ({ code: "ADB_TIMEOUT", detail }),
      ),
      aborted(pulled).then((): Problem => ({ code: "UNPLUGGED" })),
    ]);
    held = undefined;
    lost.resolve(whyLost(problem, unplugged));
    letGo.abort();
    pump.close();
    await screen.close();
    return problem;
  }

  return {
    state: () => state,
    stream: () =>
      wish === undefined || lastSize === undefined ? undefined : { size: lastSize, ...meter.read() },
    plug: (openLink) => {
      if (plugged !== undefined) return;
      const present = new AbortController();
      plugged = present;
      dispatch({ type: "plugged" });
      loop = runClaimLoop({
        openLink,
        plugged: present.signal,
        // What an earlier cable still has to say is not about this one.
        dispatch: (event) => void (plugged === present && dispatch(event)),
        use: (link, identity) => use(link, identity, present.signal),
      });
    },
    unplug: async () => {
      plugged?.abort();
      plugged = undefined;
      dispatch({ type: "unplugged" });
      await loop?.done;
    },
    claimNow: (isAskedAgain) => loop?.claimNow(isAskedAgain),
    command: (command) => queue.add(command),
    watch: (next) => {
      const isRepeated = next !== undefined && next.quality === wish?.quality;
      const isChanged = next !== undefined && wish !== undefined && !isRepeated;
      wish = next;
      if (next === undefined) lastSize = undefined;
      held?.pump.setWish(next);
      held?.screen.setWish(next);
      if (isRepeated) held?.pump.repeat();
      if (isChanged) held?.screen.refresh();
    },
    onFrameWireFree: () => held?.pump.onWireFree(),
  };
}

/** Also a pulled cable begins with a failure of ADB. */
async function whyLost(problem: Problem, unplugged: AbortSignal): Promise<Error> {
  if (problem.code === "USB_ERROR") await pause(unplugGraceMs, unplugged);
  return new Error(unplugged.aborted ? obstacles.lost : `ADB was lost: ${problem.detail}`);
}

const obstacles = {
  unclaimed: "the device is plugged in but cannot be used now; see its PC's worker page",
  claiming: "the device is being connected; try again in a moment",
  authorizing: 'the device waits for a person to allow "USB debugging"',
  lost: "the device was unplugged",
  ready: "the device is being let go of",
  busy: "the device is being let go of",
} as const satisfies Record<DeviceState["kind"], string>;
