import type { Size } from "../../../protocol/fields.ts";
import type { LiveControl } from "../commands/touch-control.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { ControlPlace } from "./control-hold.ts";
import type { MakePictureDecoder, Picture, PictureDecoder } from "./picture.ts";
import type { ScrcpySession, VideoPacket } from "./scrcpy-session.ts";
import { turnedLike } from "./screen-shape.ts";
import type { SessionPlan } from "./session-plan.ts";

const firstPictureLimitMs = 10_000;
/** A fresh key frame costs as much as a second of a still screen, and serves everybody who asked meanwhile. */
const refreshSpacingMs = 1000;
/** Packets whose pictures have not come out of the decoder yet, at most. */
const mostTaken = 32;

/** One access unit of the phone's H.264 in Annex B; a key frame has its parameter sets before it. */
export interface VideoUnit {
  isKey: boolean;
  /** One after another. */
  parts: readonly Uint8Array[];
  size: Size;
  /** Microseconds on the device's clock. */
  deviceUs: number;
  /** When it was here whole; by `nowMs`. */
  takenMs: number;
}

/** A decoded picture and when its packet was here. */
export interface TakenPicture {
  /** Whoever holds it closes it. */
  picture: Picture;
  takenMs: number;
}

export interface MirrorNeeds {
  link: Pick<DeviceLink, "startScrcpy">;
  plan: SessionPlan;
  /** Whether a display that is off is put on. */
  wakes: boolean;
  /** The display as built. */
  screenSize: Size;
  makeDecoder: MakePictureDecoder;
  nowMs(): number;
  onUnit(unit: VideoUnit): void;
  /** Of a mirror that decodes. */
  onPicture(picture: TakenPicture): void;
  onClipboard(text: string): void;
}

/** One scrcpy session, and the decoder of its video while somebody needs pictures. */
export interface Mirror {
  readonly plan: SessionPlan;
  /** Once; rejects with what the device said. */
  start(): Promise<void>;
  /** Whether it shows what it is for. */
  isShowing(): boolean;
  setDecoding(isDecoding: boolean): void;
  live(): LiveControl | undefined;
  /** What positions are measured in; undefined until the video has a size. */
  place(): ControlPlace | undefined;
  /** Asks for a key frame, at most once a second however often it is asked. */
  refresh(): void;
  /** Resolves with the server's last words, or when the first picture is overdue; whoever started it closes it. */
  readonly ended: Promise<string>;
  /** Also while it starts. Never rejects. */
  close(): Promise<void>;
}

/** Starts nothing by itself. */
export function makeMirror(needs: MirrorNeeds): Mirror {
  const { plan, screenSize } = needs;
  let session: ScrcpySession | undefined;
  let configuration: Extract<VideoPacket, { type: "configuration" }> | undefined;
  let decoder: PictureDecoder | undefined;
  let hasKey = false;
  let hasPicture = false;
  let isClosed = false;
  let overdue: ReturnType<typeof setTimeout> | undefined;
  let refreshTimer: ReturnType<typeof setTimeout> | undefined;
  let refreshedMs = Number.NEGATIVE_INFINITY;
  const taken: { deviceUs: number; takenMs: number }[] = [];
  const over = Promise.withResolvers<string>();

  function isShowing(): boolean {
    return plan.video === undefined || (decoder === undefined ? hasKey : hasPicture);
  }

  function expectPicture(): void {
    clearTimeout(overdue);
    if (session === undefined || plan.video === undefined) return;
    overdue = setTimeout(() => {
      if (isShowing()) return;
      over.resolve(
        hasKey ? "scrcpy sends no picture that this browser can decode" : "scrcpy sends no picture",
      );
    }, firstPictureLimitMs);
  }

  function refresh(): void {
    // Its first key frame is still to come.
    if (!hasKey || refreshTimer !== undefined) return;
    const waitMs = refreshedMs + refreshSpacingMs - performance.now();
    refreshTimer = setTimeout(
      () => {
        refreshTimer = undefined;
        refreshedMs = performance.now();
        session?.control.resetVideo().catch(() => undefined);
      },
      Math.max(0, waitMs),
    );
  }

  function makeDecoder(): PictureDecoder {
    return needs.makeDecoder({
      onPicture: (picture) => {
        hasPicture = true;
        const at = taken.findIndex(({ deviceUs }) => deviceUs === picture.deviceUs);
        const [own] = at < 0 ? [] : taken.splice(0, at + 1).slice(-1);
        needs.onPicture({ picture, takenMs: own?.takenMs ?? needs.nowMs() });
      },
      onKeyFrameNeeded: refresh,
    });
  }

  function takePacket(packet: VideoPacket): void {
    if (isClosed) return;
    const takenMs = needs.nowMs();
    if (packet.type === "configuration") configuration = packet;
    else if (configuration !== undefined) {
      const { isKeyFrame: isKey, timestampUs: deviceUs, data } = packet;
      if (isKey) hasKey = true;
      if (decoder !== undefined) {
        taken.push({ deviceUs, takenMs });
        if (taken.length > mostTaken) taken.shift();
      }
      const parts = isKey ? [configuration.data, data] : [data];
      needs.onUnit({ isKey, parts, size: configuration.size, deviceUs, takenMs });
    }
    decoder?.push(packet);
  }

  return {
    plan,
    isShowing,
    refresh,
    ended: over.promise,
    start: async () => {
      const started = await needs.link.startScrcpy({
        ...(plan.video && { video: plan.video }),
        wakes: needs.wakes,
        onPacket: takePacket,
        onClipboard: (text) => needs.onClipboard(text),
      });
      session = started;
      void started.ended.then(over.resolve);
      if (isClosed) await started.close();
      else expectPicture();
    },
    setDecoding: (isDecoding) => {
      if (isDecoding === (decoder !== undefined) || plan.video === undefined || isClosed) return;
      decoder?.close();
      taken.length = 0;
      decoder = isDecoding ? makeDecoder() : undefined;
      if (decoder === undefined) return;
      hasPicture = false;
      if (configuration !== undefined) decoder.push(configuration);
      expectPicture();
      // On a still screen nothing else would come that a decoder can begin with.
      refresh();
    },
    live: () => {
      if (session === undefined) return undefined;
      const video = configuration?.size;
      return {
        control: session.control,
        picture: video && { video, screen: turnedLike(video, screenSize) },
      };
    },
    place: () => {
      if (session === undefined) return undefined;
      if (plan.video === undefined) return { video: screenSize, screen: screenSize };
      const video = configuration?.size;
      return video && { video, screen: turnedLike(video, screenSize) };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(overdue);
      clearTimeout(refreshTimer);
      decoder?.close();
      await session?.close();
    },
  };
}
