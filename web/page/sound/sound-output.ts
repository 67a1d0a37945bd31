import { playedSampleRate } from "../../../protocol/sound.ts";
// oxlint-disable-next-line import/default -- Vite makes it
import workletUrl from "./sound-worklet.ts?worker&url";

/** This computer's loudspeaker, for one phone. */
export interface SoundOutput {
  /** Takes `PlayedSound`s; whoever is given it posts them. */
  port: MessagePort;
  /** 0 to 1. */
  setVolume(volume: number): void;
  close(): void;
}

/** False where the page is neither https nor localhost. */
export function canPlaySound(): boolean {
  return "AudioWorkletNode" in globalThis && "AudioDecoder" in globalThis;
}

/** To be called in a click: browsers let no page sound without one. Rejects when there is no way to sound. */
export async function openSoundOutput(volume: number): Promise<SoundOutput> {
  const context = new AudioContext({ sampleRate: playedSampleRate, latencyHint: "interactive" });
  try {
    await context.audioWorklet.addModule(workletUrl);
    await context.resume();
    const node = new AudioWorkletNode(context, "phone-sound", {
      numberOfInputs: 0,
      outputChannelCount: [2],
    });
    const gain = new GainNode(context, { gain: volume });
    node.connect(gain).connect(context.destination);
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage(port1, [port1]);
    return {
      port: port2,
      setVolume(next) {
        gain.gain.setTargetAtTime(next, context.currentTime, 0.02);
      },
      close() {
        void context.close();
      },
    };
  } catch (error) {
    void context.close();
    throw error;
  }
}
