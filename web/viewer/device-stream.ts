import { encodeBase64 } from "../connection/base64.ts";
import type { Answer } from "../../protocol/contract.ts";
import type { StreamStatus } from "../../protocol/stream.ts";
import type { PictureFacts, PictureState, PictureWish } from "../../protocol/viewer.ts";
import type { Codecs } from "../video/lasting-decoder.ts";
import { askFor, greatestWish, type Asked } from "./asked.ts";
import { makeJpegGate } from "./jpeg-gate.ts";
import { factsOf } from "./picture-facts.ts";
import type { Taps } from "./taps.ts";
import { makeVideoPlayer, type ReceivedPacket, type VideoPlayer } from "./video-player.ts";
import type { NewestPicture } from "./surface.ts";
import { makeViewings, type Viewer, type ViewerWatch } from "./viewings.ts";

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

/** One device's pictures, for everybody in this tab who watches it: one stream, one decoder, any number of canvases. */
export function makeDeviceStream(deviceId: string, needs: StreamNeeds, touch: () => void): DeviceStream {
  const viewings = makeViewings({
    newest: () => newest,
    nowMs: () => needs.nowMs(),
    onPainted: tellShown,
    onChange: touch,
  });
  let asked: Asked | undefined;
  let player: VideoPlayer | undefined;
  let newest: NewestPicture | undefined;
  let toldShown: NewestPicture | undefined;
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
    const wish = greatestWish(viewings.wishes());
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
    isSeen = viewings.isSeen();
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
    if (viewings.isEmpty()) needs.onOver(deviceId);
  }

  function endVideo(): void {
    player?.close();
    player = undefined;
    newest?.frame.close();
    newest = undefined;
    viewings.forgetFacts();
  }

  function takePicture(frame: VideoFrame, packet: ReceivedPacket): void {
    newest?.frame.close();
    newest = { frame, facts: factsOf(packet.header, frame), packet, decodedMs: needs.relayNowMs() };
    needs.taps.onPicture(frame, packet.header);
    viewings.offer(player === undefined || player.undecoded() === 0);
  }

  /** On the first canvas that it is painted on. */
  function tellShown(picture: NewestPicture): void {
    if (picture === toldShown) return;
    toldShown = picture;
    const { packet, decodedMs } = picture;
    needs.taps.onShown({ ...packet, decodedMs, shownMs: needs.relayNowMs() });
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
      const watch = viewings.add(wish, viewer);
      // Others were told before; there is nothing to tell of a stream that was not asked for yet.
      if (asked !== undefined) tell({});
      return watch;
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
      viewings.close();
    },
  };
}
