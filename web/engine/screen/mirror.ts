import type { Size } from "../../../protocol/fields.ts";
import type { LiveControl } from "../commands/touch-control.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { ControlPlace } from "./control-hold.ts";
import type { MakePictureDecoder, Picture } from "./picture.ts";
import type { ScrcpySession, VideoPacket, VideoWish } from "./scrcpy-session.ts";
import { turnedLike } from "./screen-shape.ts";

const firstPictureLimitMs = 10_000;

export interface MirrorNeeds {
  link: Pick<DeviceLink, "startScrcpy">;
  /** Undefined: control only. */
  video: VideoWish | undefined;
  /** The display as built. */
  screenSize: Size;
  makeDecoder: MakePictureDecoder;
  /** The receiver owns the picture. */
  onPicture(picture: Picture): void;
  onClipboard(text: string): void;
}

/** One scrcpy session with the decoder of its video. */
export interface Mirror {
  readonly video: VideoWish | undefined;
  /** Whether any picture came. */
  hasPicture(): boolean;
  live(): LiveControl;
  /** What positions are measured in; undefined until the video has a size. */
  place(): ControlPlace | undefined;
  /** Asks for a fresh picture of a still screen. */
  refresh(): void;
  /** Resolves with the server's last words, or when the first picture is overdue; whoever started it closes it. */
  readonly ended: Promise<string>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Starts a session; rejects with what the device said. */
export async function startMirror(needs: MirrorNeeds): Promise<Mirror> {
  const { video, screenSize } = needs;
  let started: ScrcpySession | undefined;
  let videoSize: Size | undefined;
  let hasPicture = false;

  function refresh(): void {
    started?.control.resetVideo().catch(() => undefined);
  }

  const decoder =
    video &&
    needs.makeDecoder({
      onPicture: (picture) => {
        hasPicture = true;
        needs.onPicture(picture);
      },
      onKeyFrameNeeded: refresh,
    });

  function takePacket(packet: VideoPacket): void {
    if (packet.type === "configuration") videoSize = packet.size;
    decoder?.push(packet);
  }

  const starting = needs.link.startScrcpy({
    ...(video && { video }),
    onPacket: takePacket,
    onClipboard: (text) => needs.onClipboard(text),
  });
  const scrcpy = await starting.catch((error: unknown) => {
    decoder?.close();
    throw error;
  });
  started = scrcpy;
  const over = Promise.withResolvers<string>();
  void scrcpy.ended.then(over.resolve);
  const overdue = setTimeout(() => {
    if (video !== undefined && !hasPicture) {
      over.resolve("scrcpy sends no picture that this browser can decode");
    }
  }, firstPictureLimitMs);

  return {
    video,
    hasPicture: () => hasPicture,
    live: () => ({
      control: scrcpy.control,
      picture: videoSize && { video: videoSize, screen: turnedLike(videoSize, screenSize) },
    }),
    place: () => {
      if (video === undefined) return { video: screenSize, screen: screenSize };
      return videoSize && { video: videoSize, screen: turnedLike(videoSize, screenSize) };
    },
    refresh,
    ended: over.promise,
    close: async () => {
      clearTimeout(overdue);
      decoder?.close();
      await scrcpy.close();
    },
  };
}
