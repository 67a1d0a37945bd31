import { fullShare } from "../../budget/share.ts";
import type { Demand } from "../demand.ts";
import type { TakenPicture, VideoUnit } from "../mirror.ts";
import type { PictureDecoderHooks } from "../picture.ts";
import { makeScreen } from "../screen.ts";
import type { ScreenWish } from "../session-plan.ts";
import type { ScrcpyControl, ScrcpySession, ScrcpyWish } from "../scrcpy-session.ts";

export interface Started {
  wish: ScrcpyWish;
  sent: Uint8Array[];
  resets: number;
  isClosed: boolean;
  end(lastWords: string): void;
  /** A picture arrives; a key frame with its configuration before it. */
  show(isKeyFrame?: boolean): void;
}

export function makeScreenRig() {
  const sessions: Started[] = [];
  const problems: (string | undefined)[] = [];
  const encoderless: boolean[] = [];
  const pictures: TakenPicture[] = [];
  const units: VideoUnit[] = [];
  const decoders = { built: 0, open: 0 };
  let refusalOf: ((wish: ScrcpyWish) => Error | undefined) | undefined;
  let attempts = 0;
  let startMs = 0;
  const screen = makeScreen({
    screenSize: { width: 1080, height: 2400 },
    link: {
      startScrcpy: async (wish) => {
        attempts += 1;
        const refusal = refusalOf?.(wish);
        if (refusal !== undefined) throw refusal;
        if (startMs > 0) await new Promise((resolve) => setTimeout(resolve, startMs));
        return start(wish, sessions);
      },
      listEncoders: async () => ["c2.qti.avc.encoder", "c2.android.avc.encoder"],
    },
    makeDecoder: (hooks: PictureDecoderHooks) => {
      decoders.built += 1;
      decoders.open += 1;
      return {
        push: (packet) => {
          if (packet.type === "picture") {
            hooks.onPicture({
              size: { width: 240, height: 536 },
              // Nothing looks at it.
              // oxlint-disable-next-line typescript/no-unsafe-type-assertion
              image: {} as ImageBitmap,
              deviceUs: packet.timestampUs,
              close: () => undefined,
            });
          }
        },
        close: () => void (decoders.open -= 1),
      };
    },
    nowMs: () => Date.now(),
    onUnit: (unit) => void units.push(unit),
    onPicture: (picture) => void pictures.push(picture),
    onPlan: () => undefined,
    onEncoderless: (isEncoderless) => void encoderless.push(isEncoderless),
    onProblem: (detail) => void problems.push(detail),
  });
  return {
    sessions,
    problems,
    encoderless,
    pictures,
    units,
    decoders,
    screen,
    attempts: () => attempts,
    /** Every start fails from now on, or as the function says. */
    fail: (refusal: Error | typeof refusalOf) =>
      (refusalOf = typeof refusal === "function" ? refusal : () => refusal),
    startAfter: (waitMs: number) => (startMs = waitMs),
  };
}

async function ignore(): Promise<void> {}

function start(wish: ScrcpyWish, sessions: Started[]): ScrcpySession {
  const ended = Promise.withResolvers<string>();
  const started: Started = {
    wish,
    sent: [],
    resets: 0,
    isClosed: false,
    end: ended.resolve,
    show: (isKeyFrame = true) => {
      // The session's number is what its video is made of.
      const data = Uint8Array.of(sessions.indexOf(started));
      const size = { width: 240, height: 536 };
      if (isKeyFrame)
        wish.onPacket({ type: "configuration", data: new Uint8Array(), size, codec: "avc1.42c01e" });
      wish.onPacket({ type: "picture", data, isKeyFrame, timestampUs: 0 });
    },
  };
  sessions.push(started);
  const control: ScrcpyControl = {
    touch: ignore,
    key: ignore,
    typeText: ignore,
    paste: ignore,
    resetVideo: async () => {
      started.resets += 1;
      started.show();
    },
    send: async (messages) => void started.sent.push(messages),
  };
  return {
    control,
    ended: ended.promise,
    close: async () => {
      started.isClosed = true;
      ended.resolve("closed");
    },
  };
}

const nothing: Demand = { layers: [], video: undefined, sound: false };

function wish(demand: Partial<Demand>): ScreenWish {
  return { demand: { ...nothing, ...demand }, share: fullShare };
}

export const wishes = {
  low: wish({ layers: [{ quality: "low", fps: 5 }] }),
  high: wish({ layers: [{ quality: "high", fps: 5 }] }),
  wall: wish({ video: { shortEdge: 216, fps: 5 } }),
  focus: wish({ video: { shortEdge: 720, fps: 60 } }),
  video: wish({ video: { shortEdge: 240, fps: 5 } }),
  videoAndLow: wish({ video: { shortEdge: 240, fps: 5 }, layers: [{ quality: "low", fps: 5 }] }),
} as const;
