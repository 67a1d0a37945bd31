import type { MediaHeader } from "../../../protocol/media-packet.ts";
import type { RecordedPart, RecordingProgress, RecordingWish } from "../../../protocol/recording.ts";
import type { PictureState, PictureWish } from "../../../protocol/viewer.ts";
import { makeRecording, type Recording } from "./recording.ts";
import type { RecordingFile, RecordingStore } from "./recording-store.ts";

/** At once, in one tab. */
export const mostRecordings = 8;
const mostSeconds = 4 * 3600;
/** A stream says at least every 2 s that it is alive. */
const silenceMs = 60_000;
/** A stream that is asked for has no state for a moment. */
const hinderedMs = 2000;
/** For the tables at the ends of the files, and for what comes until room is asked for again. */
const reservedBytes = 64 * 1024 * 1024;

export interface RecorderNeeds {
  openStore(): Promise<RecordingStore>;
  /** Makes the device's stream come although nobody sees it; returns what lets go of it. */
  watch(deviceId: string, wish: PictureWish): () => void;
  refresh(deviceId: string): void;
  relayNowMs(): number;
  onProgress(recordingId: number, progress: RecordingProgress): void;
  /** With the reason, when it was not the person who ended it. */
  onRecorded(recordingId: number, parts: RecordedPart<Blob>[], reason?: string): void;
}

/** All recordings of this tab. Each asks for its device's stream by itself, so it goes on when nobody looks. */
export interface Recorder {
  start(recordingId: number, deviceId: string, wish: RecordingWish): void;
  /** `reason` when the device is gone: it ends when that was last heard of. */
  stop(recordingId: number, reason?: string): void;
  /** The person has what they want of it. */
  forget(recordingId: number): void;
  /** Every packet of every device. */
  hear(header: MediaHeader, payload: Uint8Array<ArrayBuffer>): void;
  /** The device is no longer watched. */
  forgetDevice(deviceId: string): void;
  hearState(deviceId: string, state: PictureState): void;
  /** To be called about once a second. */
  look(): void;
}

interface Running {
  id: number;
  deviceId: string;
  recording: Recording;
  letGo(): void;
  /** What is known of its stream. */
  state?: PictureState;
  hinderedSinceMs?: number | undefined;
}

export function makeRecorder(needs: RecorderNeeds): Recorder {
  const running = new Map<number, Running>();
  const files = new Map<number, RecordingFile[]>();
  /** Told once, when sound begins: whoever comes later has to know it too. */
  const soundBegan = new Map<string, { header: MediaHeader; payload: Uint8Array<ArrayBuffer> }>();
  let store: Promise<RecordingStore> | undefined;

  function end(id: number, reason?: string, atMs?: number): void {
    const ending = running.get(id);
    if (ending === undefined) return;
    running.delete(id);
    ending.letGo();
    void ending.recording
      .stop(atMs ?? needs.relayNowMs())
      .then((parts) => needs.onRecorded(id, parts, reason));
  }

  function lookAt(each: Running, nowMs: number): void {
    const { id, recording, state } = each;
    const progress = recording.progress();
    needs.onProgress(id, progress);
    const hindrance = state === undefined ? undefined : hindranceOf(state);
    if (hindrance === undefined) each.hinderedSinceMs = undefined;
    else if (nowMs - (each.hinderedSinceMs ??= nowMs) >= hinderedMs) return end(id, hindrance);
    if (progress.seconds > mostSeconds) end(id, `${mostSeconds / 3600} hours are the longest`);
    else if (nowMs - recording.heardMs() > silenceMs) {
      end(id, "nothing came from the phone for a minute", recording.heardMs());
    }
  }

  async function lookForRoom(): Promise<void> {
    const room = await (await store)?.room();
    if (room === undefined || room >= reservedBytes) return;
    for (const id of running.keys()) end(id, "there is hardly any room left on this computer");
  }

  return {
    start(id, deviceId, wish) {
      if (running.size >= mostRecordings) {
        return needs.onRecorded(id, [], `${mostRecordings} recordings run already`);
      }
      store ??= needs.openStore();
      const opened = store;
      const mine: RecordingFile[] = [];
      files.set(id, mine);
      const { shortEdge, fps, sound } = wish;
      const recording = makeRecording({
        async openFile() {
          const file = await (await opened).open();
          mine.push(file);
          return file;
        },
        shortEdge,
        wantsSound: sound,
        relayNowMs: () => needs.relayNowMs(),
        refresh: () => needs.refresh(deviceId),
        onFailure: (reason) => end(id, reason),
      });
      const began = soundBegan.get(deviceId);
      if (began !== undefined) recording.take(began.header, began.payload);
      running.set(id, {
        id,
        deviceId,
        letGo: needs.watch(deviceId, { shortEdge, fps, sound, encoding: "h264" }),
        recording,
      });
    },
    stop(id, reason) {
      end(id, reason, reason === undefined ? undefined : running.get(id)?.recording.heardMs());
    },
    forget(id) {
      for (const file of files.get(id) ?? []) void file.discard().catch(() => undefined);
      files.delete(id);
    },
    hear(header, payload) {
      if (header.kind === "sound-start") soundBegan.set(header.deviceId, { header, payload });
      for (const { deviceId, recording } of running.values()) {
        if (deviceId === header.deviceId) recording.take(header, payload);
      }
    },
    forgetDevice: (deviceId) => void soundBegan.delete(deviceId),
    hearState(deviceId, state) {
      for (const each of running.values()) if (each.deviceId === deviceId) each.state = state;
    },
    look() {
      const nowMs = needs.relayNowMs();
      for (const each of running.values()) lookAt(each, nowMs);
      if (running.size > 0) void lookForRoom();
    },
  };
}

/** Why a stream cannot be recorded. */
function hindranceOf({ encoding, status, refusal }: PictureState): string | undefined {
  if (refusal !== undefined) return refusal.message;
  if (status?.source === "screencap") return "this phone has no encoder that works: it gives single pictures";
  if (encoding === "jpeg") return "only single pictures come from this phone, no video";
  return undefined;
}
