import { createStore, produce } from "solid-js/store";
import type { DeviceDisconnected } from "../../../protocol/device.ts";
import type { RecordedPart, RecordingProgress, RecordingWish } from "../../../protocol/recording.ts";
import type { UseReport, UseRequest } from "../../../protocol/viewer-uses.ts";

/** One recording of this tab, from its beginning until the person has saved it or thrown it away. */
export interface RecordingEntry {
  id: number;
  deviceId: string;
  /** Unix milliseconds of this browser. */
  beganAtMs: number;
  /** `ending`: the file gets its tables. */
  state: "running" | "ending" | "ended";
  progress: RecordingProgress;
  parts: RecordedPart<Blob>[];
  /** Why it ended, when it was not the person. */
  reason?: string;
  isSaved: boolean;
}

export interface Recordings {
  /** The newest first. */
  entries: RecordingEntry[];
  /** The one that runs. */
  of(deviceId: string): RecordingEntry | undefined;
  start(deviceId: string, wish: RecordingWish): void;
  stop(id: number): void;
  markSaved(id: number): void;
  /** Takes it away, its files too. */
  forget(id: number): void;
  deviceGone(deviceId: string, reason: DeviceDisconnected["reason"]): void;
  hear(report: UseReport<Blob>): void;
}

const nothing: RecordingProgress = { state: "waiting", seconds: 0, bytes: 0, parts: 0, hasSound: false };

const goneWords: Record<DeviceDisconnected["reason"], string> = {
  adb_lost: "the phone was unplugged or does not answer",
  worker_offline: "the phone's PC is gone",
  manual: "the phone was forgotten",
};

export function makeRecordings(ask: (request: UseRequest<MessagePort>) => void): Recordings {
  const [state, setState] = createStore<{ entries: RecordingEntry[] }>({ entries: [] });
  let lastId = 0;

  function change(id: number, edit: (entry: RecordingEntry) => void): void {
    setState("entries", (entry) => entry.id === id, produce(edit));
  }

  function of(deviceId: string): RecordingEntry | undefined {
    return state.entries.find((entry) => entry.deviceId === deviceId && entry.state !== "ended");
  }

  function end(id: number, reason?: string): void {
    change(id, (entry) => {
      entry.state = "ending";
    });
    ask({ type: "record-stop", recordingId: id, ...(reason === undefined ? {} : { reason }) });
  }

  return {
    get entries() {
      return state.entries;
    },
    of,
    start(deviceId, wish) {
      if (of(deviceId) !== undefined) return;
      lastId += 1;
      const entry: RecordingEntry = {
        id: lastId,
        deviceId,
        beganAtMs: Date.now(),
        state: "running",
        progress: nothing,
        parts: [],
        isSaved: false,
      };
      setState("entries", (entries) => [entry, ...entries]);
      ask({ type: "record", recordingId: entry.id, deviceId, wish });
    },
    stop: (id) => end(id),
    markSaved: (id) =>
      change(id, (entry) => {
        entry.isSaved = true;
      }),
    forget(id) {
      setState("entries", (entries) => entries.filter((entry) => entry.id !== id));
      ask({ type: "record-forget", recordingId: id });
    },
    deviceGone(deviceId, reason) {
      const entry = of(deviceId);
      if (entry?.state === "running") end(entry.id, goneWords[reason]);
    },
    hear(report) {
      if (report.type === "recording") {
        change(report.recordingId, (entry) => {
          entry.progress = report.progress;
        });
      } else if (report.type === "recorded") {
        change(report.recordingId, (entry) => {
          entry.state = "ended";
          entry.parts = report.parts;
          if (report.reason !== undefined) entry.reason = report.reason;
        });
      }
    },
  };
}
