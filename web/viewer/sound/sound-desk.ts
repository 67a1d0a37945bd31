import type { MediaHeader } from "../../../protocol/media-packet.ts";
import type { PlayedSound, SoundState } from "../../../protocol/sound.ts";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { makeSoundPlayer, type SoundCodecs, type SoundPlayer } from "./sound-player.ts";

/** A phone that gives sound begins within a second or two, also when all is quiet. */
const beginsWithinMs = 6000;
/** Who only listens asks for the least picture. */
const leastPicture = { shortEdge: 120, fps: 1, encoding: "auto" } as const;

/** Where samples go; a `MessagePort`. */
export interface SoundPort {
  postMessage(sound: PlayedSound, transfer: Transferable[]): void;
  close(): void;
}

/** The sound of the devices that are listened to. */
export interface SoundDesk {
  start(deviceId: string, port: SoundPort): void;
  stop(deviceId: string): void;
  /** Every packet of every device. */
  hear(header: MediaHeader, payload: Uint8Array<ArrayBuffer>): void;
  /** Why the device's worker hears nothing of it; undefined when it does, or may yet. */
  hearProblem(deviceId: string, problem: string | undefined): void;
  /** To be called about once a second. */
  look(): void;
}

interface Listening {
  port: SoundPort;
  player: SoundPlayer | undefined;
  letGo(): void;
  state: SoundState;
  problem: string | undefined;
  sinceMs: number;
}

export function makeSoundDesk(needs: {
  codecs: SoundCodecs | undefined;
  watch(deviceId: string, wish: PictureWish): () => void;
  /** With the worker's reason when there is no sound. */
  onState(deviceId: string, state: SoundState, reason?: string): void;
  nowMs(): number;
}): SoundDesk {
  const listening = new Map<string, Listening>();

  function setState(deviceId: string, to: Listening, state: SoundState, problem?: string): void {
    if (to.state === state && to.problem === problem) return;
    to.state = state;
    to.problem = problem;
    to.sinceMs = needs.nowMs();
    needs.onState(deviceId, state, problem);
  }

  function stop(deviceId: string): void {
    const ending = listening.get(deviceId);
    listening.delete(deviceId);
    ending?.letGo();
    ending?.player?.close();
    ending?.port.close();
  }

  return {
    start(deviceId, port) {
      stop(deviceId);
      const { codecs } = needs;
      const to: Listening = {
        port,
        player:
          codecs === undefined
            ? undefined
            : makeSoundPlayer({
                codecs,
                onSound: (sound) => port.postMessage(sound, [sound.left.buffer, sound.right.buffer]),
              }),
        letGo: () => undefined,
        state: "waiting",
        problem: undefined,
        sinceMs: needs.nowMs(),
      };
      listening.set(deviceId, to);
      // Watching may tell at once how the device is.
      to.letGo = needs.watch(deviceId, { ...leastPicture, sound: true });
    },
    stop,
    hear(header, payload) {
      const to = listening.get(header.deviceId);
      if (to === undefined) return;
      if (header.kind === "sound-start") {
        const canPlay = to.player?.begin(payload) === true;
        setState(header.deviceId, to, canPlay ? "playing" : "unplayable");
      } else if (header.kind === "sound") to.player?.push(payload);
    },
    hearProblem(deviceId, problem) {
      const to = listening.get(deviceId);
      if (to === undefined) return;
      if (problem !== undefined) setState(deviceId, to, "none", problem);
      else if (to.problem !== undefined) setState(deviceId, to, "waiting");
    },
    look() {
      for (const [deviceId, to] of listening) {
        if (to.state === "waiting" && needs.nowMs() - to.sinceMs > beginsWithinMs)
          setState(deviceId, to, "none");
      }
    },
  };
}
