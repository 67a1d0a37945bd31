import type { DeviceIdentity, Problem } from "../../../protocol/device-state.ts";
import { aborted } from "../aborted.ts";
import { pause } from "../pause.ts";
import { makeFramePump, type FramePump, type JpegFrame, type PictureWish } from "../screen/frame-pump.ts";
import type { JpegEncoder } from "../jpeg/jpeg-encoder.ts";
import type { MakePictureDecoder } from "../screen/picture.ts";
import { makeScreen, type Screen } from "../screen/screen.ts";
import { unplugGraceMs, type Holding } from "./claim-loop.ts";
import type { DeviceLink } from "./device-link.ts";
import type { DeviceEvent } from "./device-machine.ts";
import { watchLiveness } from "./liveness.ts";

export interface HeldDeviceNeeds {
  link: DeviceLink;
  /** Undefined where no Android is behind ADB: there is no screen then. */
  identity: DeviceIdentity | undefined;
  makeDecoder: MakePictureDecoder;
  jpegEncoder: JpegEncoder;
  sendFrame(frame: JpegFrame, identity: DeviceIdentity): void;
  isFrameWireFree(): boolean;
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

/** The pictures of its screen. */
export interface View {
  screen: Screen;
  setWish(wish: PictureWish | undefined): void;
  /** Sends the present picture once more. */
  repeat(): void;
  onFrameWireFree(): void;
  close(): Promise<void>;
}

export function holdDevice(needs: HeldDeviceNeeds): HeldDevice {
  const { link, identity, unplugged } = needs;
  const over = new AbortController();
  const lost = Promise.withResolvers<Error>();
  const view = identity && makeView(needs, identity);
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

function makeView(needs: HeldDeviceNeeds, identity: DeviceIdentity): View {
  const onProblem = (detail: string | undefined): void =>
    needs.dispatch(problemEvent("SCREEN_FAILED", detail));
  const pump: FramePump = makeFramePump({
    jpegEncoder: needs.jpegEncoder,
    isWireFree: () => needs.isFrameWireFree(),
    onProblem,
    send: (frame) => needs.sendFrame(frame, identity),
  });
  const screen = makeScreen({
    link: needs.link,
    screenSize: identity.screen,
    makeDecoder: needs.makeDecoder,
    onPicture: (picture) => pump.offer(picture),
    onProblem,
  });
  return {
    screen,
    setWish: (wish) => {
      pump.setWish(wish);
      screen.setWish(wish);
    },
    repeat: () => pump.repeat(),
    onFrameWireFree: () => pump.onWireFree(),
    close: () => {
      pump.close();
      return screen.close();
    },
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
