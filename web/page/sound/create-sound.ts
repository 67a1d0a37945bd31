import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { SoundState } from "../../../protocol/sound.ts";
import { useLink } from "../link/use-link.ts";
import { openSoundOutput, type SoundOutput } from "./sound-output.ts";

/** The sound of one device in this tab; it ends with its owner. */
export interface Sound {
  /** Undefined: it is off. */
  state: Accessor<SoundState | "failed" | undefined>;
  /** Why the phone gives none, if its worker knows. */
  reason: Accessor<string | undefined>;
  isOn(): boolean;
  /** 0 to 1. */
  volume: Accessor<number>;
  setVolume(volume: number): void;
  isMuted: Accessor<boolean>;
  setMuted(isMuted: boolean): void;
  /** To be called in a click. */
  start(): Promise<void>;
  stop(): void;
}

export function createSound(deviceId: string): Sound {
  const link = useLink();
  const [state, setState] = createSignal<SoundState | "failed">();
  const [reason, setReason] = createSignal<string>();
  const [volume, setVolume] = createSignal(1);
  const [isMuted, setMuted] = createSignal(false);
  let output: SoundOutput | undefined;
  let started = 0;

  onCleanup(
    link.onUse((report) => {
      if (report.type !== "sound-state" || report.deviceId !== deviceId) return;
      setState((state) => (state === undefined ? undefined : report.state));
      setReason(report.reason);
    }),
  );
  onCleanup(stop);

  function stop(): void {
    started += 1;
    if (state() === undefined) return;
    setState(undefined);
    output?.close();
    output = undefined;
    link.use({ type: "sound-stop", deviceId });
  }

  function put(): void {
    output?.setVolume(isMuted() ? 0 : volume());
  }

  return {
    state,
    reason,
    isOn: () => state() !== undefined,
    volume,
    setVolume(next) {
      setVolume(next);
      put();
    },
    isMuted,
    setMuted(next) {
      setMuted(next);
      put();
    },
    async start() {
      started += 1;
      const mine = started;
      setState("waiting");
      try {
        const opened = await openSoundOutput(isMuted() ? 0 : volume());
        if (mine !== started) return opened.close();
        output = opened;
        link.use({ type: "sound", deviceId, port: opened.port }, [opened.port]);
      } catch {
        if (mine === started) setState("failed");
      }
    },
    stop,
  };
}
