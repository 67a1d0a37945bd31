import type { PlayedSound } from "../../../protocol/sound.ts";
import { makeSoundBuffer } from "./sound-buffer.ts";

/** What an AudioWorklet's scope has and no library of TypeScript declares. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Plays what comes on the port that its first message brings: straight from the viewer's thread, past the page. */
class SoundProcessor extends AudioWorkletProcessor {
  #buffer = makeSoundBuffer();

  constructor() {
    super();
    this.port.addEventListener("message", ({ data: from }: MessageEvent<MessagePort>) => {
      from.addEventListener("message", ({ data }: MessageEvent<PlayedSound>) => this.#buffer.push(data));
      from.start();
    });
    this.port.start();
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const [left, right] = output ?? [];
    if (left !== undefined && right !== undefined) this.#buffer.pull(left, right);
    return true;
  }
}

registerProcessor("phone-sound", SoundProcessor);
