import type { StreamLatency } from "../../protocol/stream.ts";
import type { PictureState, PictureWish } from "../../protocol/viewer.ts";
import type { UseReport, UseRequest } from "../../protocol/viewer-uses.ts";
import { makeComparison, type ComparisonNeeds } from "./drift/comparison.ts";
import { makeLatencyMeter } from "./latency/latency-meter.ts";
import { openDiskStore } from "./recording/disk-store.ts";
import { makeRecorder } from "./recording/recorder.ts";
import { makeMemoryStore } from "./recording/recording-store.ts";
import { makeSoundDesk } from "./sound/sound-desk.ts";
import type { SoundCodecs } from "./sound/sound-player.ts";
import type { Tap } from "./taps.ts";

const reportEveryMs = 10_000;

export interface StreamUsesNeeds {
  post(report: UseReport<Blob>): void;
  watch(deviceId: string, wish: PictureWish): () => void;
  paint: ComparisonNeeds["paint"];
  refresh(deviceId: string): void;
  tellLatency(samples: StreamLatency["samples"]): void;
  soundCodecs: SoundCodecs | undefined;
  relayNowMs(): number;
}

/** What is done with streams besides showing them: recording, sound, and measuring how long they take. */
export interface StreamUses {
  tap: Tap;
  request(request: UseRequest<MessagePort>): void;
  hearState(deviceId: string, state: PictureState): void;
  /** To be called about once a second. */
  look(): void;
}

export function makeStreamUses(needs: StreamUsesNeeds): StreamUses {
  const meter = makeLatencyMeter(() => Math.random());
  let meteredId: string | undefined;
  let reportedMs = needs.relayNowMs();
  const recorder = makeRecorder({
    openStore: async () => (await openDiskStore(crypto.randomUUID())) ?? makeMemoryStore(),
    watch: (deviceId, wish) => needs.watch(deviceId, wish),
    refresh: (deviceId) => needs.refresh(deviceId),
    relayNowMs: () => needs.relayNowMs(),
    onProgress: (recordingId, progress) => needs.post({ type: "recording", recordingId, progress }),
    onRecorded: (recordingId, parts, reason) =>
      needs.post({
        type: "recorded",
        recordingId,
        parts,
        ...(reason === undefined ? {} : { reason }),
      }),
  });
  const sound = makeSoundDesk({
    codecs: needs.soundCodecs,
    watch: (deviceId, wish) => needs.watch(deviceId, wish),
    onState: (deviceId, state, reason) =>
      needs.post({ type: "sound-state", deviceId, state, ...(reason === undefined ? {} : { reason }) }),
    nowMs: () => needs.relayNowMs(),
  });

  const comparison = makeComparison({
    paint: (deviceId, wish, canvas) => needs.paint(deviceId, wish, canvas),
    makeCanvas: (width, height) => new OffscreenCanvas(width, height),
    report: (drifted, unseen) => needs.post({ type: "compared", drifted, unseen }),
  });

  function tellFigures(): void {
    if (meteredId === undefined) return;
    const figures = meter.figures(meteredId, needs.relayNowMs());
    needs.post({ type: "latency", deviceId: meteredId, ...(figures === undefined ? {} : { figures }) });
  }

  function reportLatency(): void {
    const nowMs = needs.relayNowMs();
    if (nowMs - reportedMs < reportEveryMs) return;
    reportedMs = nowMs;
    const samples = meter.takeReport();
    if (samples.length > 0) needs.tellLatency(samples);
  }

  return {
    tap: {
      onPacket({ header, receivedMs }, payload) {
        meter.begin(header.deviceId, receivedMs);
        recorder.hear(header, payload);
        sound.hear(header, payload);
      },
      onShown: (shown) => meter.add(shown),
      onStopped(deviceId) {
        meter.forget(deviceId);
        recorder.forgetDevice(deviceId);
      },
    },
    request(request) {
      switch (request.type) {
        case "record":
          return recorder.start(request.recordingId, request.deviceId, request.wish);
        case "record-stop":
          return recorder.stop(request.recordingId, request.reason);
        case "record-forget":
          return recorder.forget(request.recordingId);
        case "sound":
          return sound.start(request.deviceId, request.port);
        case "sound-stop":
          return sound.stop(request.deviceId);
        case "compare":
          return comparison.set(request.masterId, request.deviceIds);
        case "latency":
          meteredId = request.deviceId;
          return tellFigures();
        default:
          return request satisfies never;
      }
    },
    hearState(deviceId, state) {
      recorder.hearState(deviceId, state);
      sound.hearProblem(deviceId, state.status?.sound_problem);
    },
    look() {
      recorder.look();
      sound.look();
      comparison.look();
      tellFigures();
      reportLatency();
    },
  };
}
