import type { DeviceIdentity } from "../../../protocol/device-state.ts";
import type { SentReport, StreamReport } from "../../../protocol/engine.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { StreamQuality } from "../../../protocol/stream.ts";
import { fullShares, type Share, type Shares } from "../budget/share.ts";
import type { DeviceLoad } from "../budget/sharing.ts";
import type { StartTurns } from "../budget/start-turns.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { JpegEncoder } from "../jpeg/jpeg-encoder.ts";
import { makeSound } from "../sound/sound.ts";
import { isFocused, type Demand } from "./demand.ts";
import { makeDeviceClock } from "./device-clock.ts";
import { unknownDisplay } from "./display-state.ts";
import { watchDisplay, type DisplayWatch } from "./display-watch.ts";
import { firstRung, type Rung } from "./encoder-ladder.ts";
import { makeFramePump } from "./frame-pump.ts";
import type { MediaPiece } from "./media-piece.ts";
import type { VideoUnit } from "./mirror.ts";
import type { MakePictureDecoder } from "./picture.ts";
import { reductionOf } from "./reduction.ts";
import { makeScreencap, type DecodePng } from "./screencap.ts";
import { makeScreen, type Screen } from "./screen.ts";
import { turnedLike } from "./screen-shape.ts";
import { makeSentMeters } from "./sent-meters.ts";
import { grantedFps, type SessionPlan } from "./session-plan.ts";
import { makeStatusTeller, type PictureStatus } from "./status-teller.ts";
import { startStillMark, type StillMark } from "./still-mark.ts";
import { makeVideoPassage } from "./video-passage.ts";

export interface ViewNeeds {
  link: Pick<DeviceLink, "startScrcpy" | "listEncoders" | "startSound" | "shell" | "readOutput">;
  identity: DeviceIdentity;
  makeDecoder: MakePictureDecoder;
  jpegEncoder: JpegEncoder;
  decodePng: DecodePng;
  nowMs: () => number;
  /** Whether a picture may be sent; of a device in focus while more is under way than for the others. */
  isWireFree(isFocus: boolean): boolean;
  /** False when it could not be sent. */
  send(piece: MediaPiece): boolean;
  tell: (status: PictureStatus) => void;
  /** The screen cannot be shown; undefined when it can again. */
  onProblem: (detail: string | undefined) => void;
  load: DeviceLoad;
  turns: StartTurns;
}

/** The picture of a device that lets us in, on its way to who watches it. */
export interface View {
  readonly screen: Screen;
  /** What is watched; undefined when nothing is. Again for somebody new, who then sees the present picture. */
  watch(demand: Demand | undefined): void;
  setShares(shares: Shares): void;
  /** Undefined while nothing is watched. */
  report(): StreamReport | undefined;
  onWireFree(): void;
  /** The connection is another: what was sent last may be lost. */
  onWireNew(): void;
  close(): Promise<void>;
}

/** A screen that shows nothing new for so long is still. */
const stillMs = 1000;
const nowhere: Size = { width: 0, height: 0 };

export function makeView(needs: ViewNeeds): View {
  const { identity, link, nowMs } = needs;
  const clock = makeDeviceClock();
  const meters = makeSentMeters();
  const status = makeStatusTeller(needs.tell);
  let demand: Demand | undefined;
  let shares = fullShares;
  let present: { plan: SessionPlan | undefined; rung: Rung } = { plan: undefined, rung: firstRung };
  let isEncoderless = false;
  let watching: { still: StillMark; display: DisplayWatch; end: AbortController } | undefined;
  let movedAtMs = 0;
  let isAsleep = false;

  function isFocus(): boolean {
    return demand !== undefined && isFocused(demand);
  }

  function share(): Share {
    return isFocus() ? shares.focus : shares.tile;
  }

  function isWireFree(): boolean {
    return needs.isWireFree(isFocus());
  }

  function send(
    piece: Pick<MediaPiece, "kind" | "size" | "deviceUs" | "takenMs" | "parts"> & Partial<MediaPiece>,
  ): boolean {
    const { size, deviceUs, kind, parts } = piece;
    const isSent = needs.send({
      layer: "low",
      sequence: 0,
      screen: size === nowhere ? nowhere : turnedLike(size, identity.screen),
      capturedMs: deviceUs === 0 ? 0 : clock.toMs(deviceUs),
      ...piece,
    });
    if (!isSent) return false;
    const what = meteredAs(kind, piece.layer);
    if (what !== undefined) meters.add(what, size, lengthOf(parts));
    // Sound says nothing of the picture.
    if (what !== undefined || kind === "still") watching?.still.sent();
    return true;
  }

  const pump = makeFramePump({
    jpegEncoder: needs.jpegEncoder,
    isWireFree,
    onEncoded: (tookMs) => needs.load.encoded(tookMs),
    onProblem: needs.onProblem,
    send: ({ jpeg, quality, ...rest }) => void send({ ...rest, kind: "jpeg", layer: quality, parts: [jpeg] }),
  });
  const passage = makeVideoPassage({
    isWireFree,
    refresh: () => screen.refresh(),
    send: ({ isKey, ...unit }, sequence) => send({ ...unit, kind: isKey ? "key" : "delta", sequence }),
  });
  const screen = makeScreen({
    link: {
      // Whoever types or drags waits for nobody.
      startScrcpy: (wish) =>
        needs.turns.take(isFocus() || wish.video === undefined, () => link.startScrcpy(wish)),
      listEncoders: () => link.listEncoders(),
    },
    screenSize: identity.screen,
    makeDecoder: needs.makeDecoder,
    nowMs,
    onUnit: (unit: VideoUnit) => {
      noteMove(unit.takenMs);
      needs.load.taken(lengthOf(unit.parts), clock.learn(unit.deviceUs, unit.takenMs));
      passage.push(unit);
    },
    onPicture: (taken) => {
      needs.load.decoded(nowMs() - taken.takenMs);
      pump.offer(taken);
    },
    onProblem: (detail) => {
      status.set({ problem: detail });
      // A phone that is shown picture by picture has not failed, it is only slow.
      if (!isEncoderless) needs.onProblem(detail);
    },
    onPlan: (plan, rung) => {
      present = { plan, rung };
      tellSource();
    },
    onEncoderless: (next) => {
      isEncoderless = next;
      needs.onProblem(undefined);
      takeSingly();
      tellSource();
    },
  });
  const screencap = makeScreencap({
    link,
    decodePng: needs.decodePng,
    nowMs,
    onPicture: (taken) => pump.offer(taken),
    onProblem: (detail) => {
      needs.onProblem(detail);
      // Why there is no video stays told while there are pictures.
      if (detail !== undefined) status.set({ problem: detail });
    },
  });

  function takeSingly(): void {
    screencap.setRunning(isEncoderless && demand !== undefined && demand.layers.length > 0);
  }

  function tellSource(): void {
    const withoutVideo = isEncoderless ? "screencap" : "none";
    const isVideo = present.plan?.video !== undefined && !isEncoderless;
    status.set({ source: isVideo ? "video" : withoutVideo, reduced: reduced() });
  }

  const sound = makeSound({
    link,
    nowMs,
    // Of so few bytes that it may go whatever else waits: a gap in it is heard.
    send: (piece) => void send({ ...piece, size: nowhere }),
    onProblem: (detail) => status.set({ sound_problem: detail }),
  });

  function reduced(): PictureStatus["reduced"] {
    return demand && reductionOf({ demand, share: share(), ...present, screen: identity.screen });
  }

  /** Whether everything there is to see was sent. */
  function isSettled(): boolean {
    if (demand === undefined || !isWireFree()) return false;
    if (isEncoderless) return screencap.isShowing() && !pump.isBehind();
    if (!screen.isShowing()) return false;
    const isBehind = (demand.layers.length > 0 && pump.isBehind()) || (demand.video && passage.isBroken());
    return isBehind !== true;
  }

  function mark(): void {
    send({ kind: "still", size: nowhere, deviceUs: 0, takenMs: nowMs(), parts: [] });
  }

  function beginWatching(): void {
    const end = new AbortController();
    const display = watchDisplay({
      link,
      signal: end.signal,
      onChange: (state) => {
        status.set({ display: state.display, is_locked: state.isLocked, is_secure: state.isSecure });
        isAsleep = state.display === "off";
        apply();
      },
    });
    watching = { end, display, still: startStillMark({ isSettled, mark }) };
  }

  /** A screen that was still and moves may show something else now, or nothing. */
  function noteMove(atMs: number): void {
    if (atMs - movedAtMs > stillMs) watching?.display.poke();
    movedAtMs = atMs;
  }

  function endWatching(): void {
    watching?.end.abort();
    watching?.still.stop();
    watching = undefined;
    isAsleep = false;
    const { display, isLocked, isSecure } = unknownDisplay;
    status.set({
      display,
      is_locked: isLocked,
      is_secure: isSecure,
      problem: undefined,
      sound_problem: undefined,
    });
  }

  function apply(): void {
    const { layers = [], video } = demand ?? {};
    const granted = layers.map(({ quality, fps }) => ({ quality, fps: grantedFps(fps, share(), isFocus()) }));
    pump.setWish(granted, share().jpegQuality);
    passage.setWatched(video !== undefined);
    sound.setWanted(demand?.sound === true);
    screen.setWish(demand && { demand, share: share(), isAsleep });
    takeSingly();
    meters.keep((what) =>
      what === "video" ? video !== undefined : granted.some((each) => each.quality === what),
    );
    status.set({ reduced: reduced() });
  }

  return {
    screen,
    watch: (next) => {
      const isRepeated = next !== undefined && demand !== undefined;
      demand = next;
      if (next === undefined) endWatching();
      else if (watching === undefined) beginWatching();
      apply();
      status.setWatched(next !== undefined);
      if (isRepeated) pump.repeat();
    },
    setShares: (next) => {
      shares = next;
      if (demand !== undefined) apply();
    },
    report: () => {
      if (demand === undefined) return undefined;
      const less = reduced();
      return { sent: meters.read(), ...(less && { reduced: less }) };
    },
    onWireFree: () => {
      pump.onWireFree();
      passage.onWireFree();
    },
    onWireNew: () => {
      pump.repeat();
      passage.breakOff();
    },
    close: async () => {
      endWatching();
      screencap.setRunning(false);
      pump.close();
      await Promise.all([sound.close(), screen.close()]);
    },
  };
}

function meteredAs(kind: MediaPiece["kind"], layer: StreamQuality = "low"): SentReport["what"] | undefined {
  if (kind === "jpeg") return layer;
  return kind === "key" || kind === "delta" ? "video" : undefined;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
