import { encodeBase64 } from "../connection/base64.ts";
import type { Answer } from "../../protocol/contract.ts";
import type { MediaHeader } from "../../protocol/media-packet.ts";
import type { StreamStatus } from "../../protocol/stream.ts";
import type { PictureFacts, PictureState, PictureWish } from "../../protocol/viewer.ts";
import { askFor, greatestWish, type Asked } from "./asked.ts";
import { makeJpegGate } from "./jpeg-gate.ts";
import { makeSurface, type Surface } from "./surface.ts";
import type { Taps } from "./taps.ts";
import { makeVideoPlayer, type Codecs, type ReceivedPacket, type VideoPlayer } from "./video-player.ts";

/** A tile that comes back this soon, as one does that is scrolled past, finds its stream still there. */
const lingerMs = 1000;
/** A stream says every 2 s that its screen is still. */
const stalledAfterMs = 5000;
/** From this short edge on it is worth the graphics card, of whose decoders there are few. */
const hardwareFromPx = 400;

/** What a device's stream needs of its surroundings; the same for all devices. */
export interface StreamNeeds {
  isConnected(): boolean;
  start(asked: Asked, onAnswer: (answer: Answer) => void): void;
  stop(deviceId: string): void;
  refresh(deviceId: string): void;
  /** Undefined where the browser has none, as on plain http. */
  codecs: Codecs | undefined;
  /** Whether the graphics card is worth a try; `failed` says that it is not. */
  hardware: { isUsable: boolean };
  taps: Taps;
  /** Unix milliseconds of the relay's clock, and of this machine's. */
  relayNowMs(): number;
  nowMs(): number;
  onState(deviceId: string, state: PictureState): void;
  onJpeg(deviceId: string, url: string, facts: PictureFacts): void;
  /** Nobody watches it any more, and it has lingered long enough. */
  onOver(deviceId: string): void;
}

export interface Viewer {
  /** It takes packets as they are: nothing is decoded for it. */
  isBlind?: boolean;
  /** There is video, and nothing to paint it on yet; told once. */
  onCanvasWanted?(): void;
  /** What was painted has another shape or size than before. */
  onFacts?(facts: PictureFacts): void;
}

export interface ViewerWatch {
  change(wish: PictureWish | undefined): void;
  paintOn(canvas: OffscreenCanvas): void;
  painted(): number;
  stop(): void;
}

export interface DeviceStream {
  watch(wish: PictureWish, viewer: Viewer): ViewerWatch;
  /** Asks the relay for what is wanted now, if it is not what was asked last. */
  settle(): void;
  /** The connection is new, or the device is back. */
  askAgain(): void;
  hear(packet: ReceivedPacket, payload: Uint8Array<ArrayBuffer>): void;
  hearStatus(status: StreamStatus): void;
  jpegDone(shownAtMs: number | undefined): void;
  /** Looks whether it has stalled. */
  look(): void;
  close(): void;
}

/** One viewer of the device. */
interface Watching {
  viewer: Viewer;
  hasAskedForCanvas: boolean;
  wish: PictureWish | undefined;
  surface: Surface | undefined;
  isBlind: boolean;
  /** What its hearer knows of what is painted. */
  facts: PictureFacts | undefined;
}

/** One device's pictures, for everybody in this tab who watches it: one stream, one decoder, any number of canvases. */
export function makeDeviceStream(deviceId: string, needs: StreamNeeds, touch: () => void): DeviceStream {
  const watching = new Set<Watching>();
  let asked: Asked | undefined;
  let player: VideoPlayer | undefined;
  let newest: { frame: VideoFrame; facts: PictureFacts } | undefined;
  let isVideoRefused = false;
  let isVideoHopeless = false;
  let marksStill = false;
  let heardAtMs = needs.nowMs();
  let state: PictureState = { encoding: "jpeg" };
  let isSeen = false;
  let lingering: ReturnType<typeof setTimeout> | undefined;

  function tell(change: Partial<PictureState>): void {
    state = { ...state, ...change };
    needs.onState(deviceId, state);
  }

  function encodingFor(wish: PictureWish): PictureState["encoding"] {
    // Single pictures are no video: from a phone whose encoders all fail JPEGs are what there is.
    const hasVideo = state.status?.source !== "screencap";
    const canVideo = hasVideo && needs.codecs !== undefined && !isVideoRefused && !isVideoHopeless;
    return wish.encoding !== "jpeg" && canVideo ? "h264" : "jpeg";
  }

  function settle(): void {
    const wish = greatestWish([...watching].flatMap((each) => each.wish ?? []));
    if (wish === undefined) {
      if (asked === undefined) end();
      else lingering ??= setTimeout(end, lingerMs);
      return;
    }
    clearTimeout(lingering);
    lingering = undefined;
    if (!needs.isConnected()) return;
    const encoding = encodingFor(wish);
    const next = askFor(deviceId, wish, encoding);
    const wasSeen = isSeen;
    isSeen = [...watching].some((each) => each.wish !== undefined && !each.isBlind);
    if (!isSeen) endVideo();
    if (JSON.stringify(asked) !== JSON.stringify(next)) ask(next, encoding);
    else if (isSeen && !wasSeen && encoding === "h264") needs.refresh(deviceId);
  }

  function ask(next: Asked, encoding: PictureState["encoding"]): void {
    asked = next;
    heardAtMs = needs.nowMs();
    if (state.encoding !== encoding) {
      endVideo();
      tell({ encoding, refusal: undefined });
    } else if (state.refusal !== undefined) tell({ refusal: undefined });
    needs.start(next, (answer) => {
      if (answer.ok || asked !== next) return;
      if (answer.fault.code !== "STREAM_ERROR" || encoding === "jpeg") return tell({ refusal: answer.fault });
      isVideoRefused = true;
      touch();
    });
  }

  /** Nobody wants a picture now; who has a canvas may want one again. */
  function end(): void {
    clearTimeout(lingering);
    lingering = undefined;
    if (asked !== undefined) {
      if (needs.isConnected()) needs.stop(deviceId);
      needs.taps.onStopped(deviceId);
    }
    asked = undefined;
    marksStill = false;
    endVideo();
    jpegs.clear();
    if (watching.size === 0) needs.onOver(deviceId);
  }

  function endVideo(): void {
    player?.close();
    player = undefined;
    newest?.frame.close();
    newest = undefined;
    for (const each of watching) each.facts = undefined;
  }

  function takePicture(frame: VideoFrame, packet: ReceivedPacket): void {
    const decodedMs = needs.relayNowMs();
    newest?.frame.close();
    newest = { frame, facts: factsOf(packet.header, frame) };
    needs.taps.onPicture(frame, packet.header);
    const before = paintedInAll();
    const isLast = player === undefined || player.undecoded() === 0;
    for (const each of watching) {
      each.surface?.offer(isLast);
      wantCanvas(each);
    }
    if (paintedInAll() > before) needs.taps.onShown({ ...packet, decodedMs, shownMs: needs.relayNowMs() });
  }

  function wantCanvas(each: Watching): void {
    if (each.hasAskedForCanvas || each.wish === undefined || newest === undefined) return;
    each.hasAskedForCanvas = true;
    each.viewer.onCanvasWanted?.();
  }

  function paintedInAll(): number {
    let sum = 0;
    for (const { surface } of watching) sum += surface?.painted() ?? 0;
    return sum;
  }

  function playerFor(codecs: Codecs): VideoPlayer {
    return (player ??= makeVideoPlayer({
      codecs,
      nowMs: () => needs.nowMs(),
      hardwareAcceleration: ({ width, height }) =>
        needs.hardware.isUsable && Math.min(width, height) >= hardwareFromPx
          ? "prefer-hardware"
          : "prefer-software",
      onPicture: takePicture,
      onKeyNeeded: () => needs.refresh(deviceId),
      onHardwareFailed: () => {
        needs.hardware.isUsable = false;
      },
      onHopeless: () => {
        isVideoHopeless = true;
        touch();
      },
    }));
  }

  const jpegs = makeJpegGate({
    show: ({ header }, payload) =>
      needs.onJpeg(deviceId, `data:image/jpeg;base64,${encodeBase64(payload)}`, factsOf(header, header)),
    onShown: (packet, shownMs) => needs.taps.onShown({ ...packet, decodedMs: packet.receivedMs, shownMs }),
  });

  return {
    watch(wish, viewer) {
      const mine: Watching = {
        viewer,
        hasAskedForCanvas: false,
        wish: undefined,
        surface: undefined,
        isBlind: viewer.isBlind === true,
        facts: undefined,
      };
      watching.add(mine);
      const change = (next: PictureWish | undefined): void => {
        mine.wish = next;
        mine.surface?.setWish(next);
        wantCanvas(mine);
        touch();
      };
      change(wish);
      // Others were told before; there is nothing to tell of a stream that was not asked for yet.
      if (asked !== undefined) tell({});
      return {
        change,
        paintOn(canvas) {
          mine.surface = makeSurface({
            canvas,
            newest: () => newest?.frame,
            nowMs: () => needs.nowMs(),
            onPainted() {
              if (newest === undefined || isSameFacts(mine.facts, newest.facts)) return;
              mine.facts = newest.facts;
              viewer.onFacts?.(newest.facts);
            },
          });
          mine.surface.setWish(mine.wish);
        },
        painted: () => mine.surface?.painted() ?? 0,
        stop() {
          change(undefined);
          mine.surface?.close();
          watching.delete(mine);
        },
      };
    },
    settle,
    askAgain() {
      asked = undefined;
      isVideoRefused = false;
      isVideoHopeless = false;
      touch();
    },
    hear(packet, payload) {
      const { kind } = packet.header;
      heardAtMs = needs.nowMs();
      if (kind !== "jpeg") marksStill = true;
      if (state.stalledSinceMs !== undefined) tell({ stalledSinceMs: undefined });
      needs.taps.onPacket(packet, payload);
      if (kind === "jpeg") jpegs.offer(packet, payload);
      else if (
        (kind === "key" || kind === "delta") &&
        isSeen &&
        needs.codecs !== undefined &&
        state.encoding === "h264"
      ) {
        playerFor(needs.codecs).push(packet, payload);
      }
    },
    hearStatus(status) {
      marksStill = true;
      const isOther = status.source !== state.status?.source;
      tell({ status });
      if (isOther) touch();
    },
    jpegDone: (shownAtMs) => jpegs.done(shownAtMs),
    look() {
      if (!marksStill || asked === undefined || lingering !== undefined) return;
      const nowMs = needs.nowMs();
      // Without a connection nothing can come, and the page says so of all of them.
      if (!needs.isConnected()) heardAtMs = nowMs;
      else if (nowMs - heardAtMs > stalledAfterMs && state.stalledSinceMs === undefined)
        tell({ stalledSinceMs: heardAtMs });
    },
    close() {
      clearTimeout(lingering);
      endVideo();
      for (const { surface } of watching) surface?.close();
    },
  };
}

function factsOf(
  { screenWidth, screenHeight }: MediaHeader,
  picture: { width: number; height: number } | VideoFrame,
): PictureFacts {
  const { width, height } =
    "displayWidth" in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
  const isKnown = screenWidth > 0 && screenHeight > 0;
  return { width, height, ...(isKnown ? { screen: { width: screenWidth, height: screenHeight } } : {}) };
}

function isSameFacts(a: PictureFacts | undefined, b: PictureFacts): boolean {
  return (
    a?.width === b.width &&
    a.height === b.height &&
    a.screen?.width === b.screen?.width &&
    a.screen?.height === b.screen?.height
  );
}
