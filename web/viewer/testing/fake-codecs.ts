import type { Codecs } from "../../video/lasting-decoder.ts";

export interface FakeFrame {
  timestamp: number;
  displayWidth: number;
  displayHeight: number;
  isClosed: boolean;
  close(): void;
}

/** WebCodecs for tests: each decoder keeps what it was given until the test lets it out. */
export interface FakeCodecs {
  codecs: Codecs;
  decoders: FakeDecoder[];
  frames: FakeFrame[];
  /** The newest decoder gives out everything it has. */
  letOut(): void;
}

export interface FakeDecoder {
  config: VideoDecoderConfig | undefined;
  state: "unconfigured" | "configured" | "closed";
  chunks: { type: string; timestamp: number }[];
  /** The browser takes it away, or it chokes. */
  fail(name: string): void;
}

export function makeFakeCodecs(size = { width: 216, height: 480 }): FakeCodecs {
  const decoders: (FakeDecoder & { init: VideoDecoderInit })[] = [];
  const frames: FakeFrame[] = [];
  class Decoder implements FakeDecoder {
    config: VideoDecoderConfig | undefined;
    state: FakeDecoder["state"] = "unconfigured";
    chunks: FakeDecoder["chunks"] = [];
    init: VideoDecoderInit;
    constructor(init: VideoDecoderInit) {
      this.init = init;
      decoders.push(this);
    }
    configure(config: VideoDecoderConfig): void {
      this.config = config;
      this.state = "configured";
    }
    decode(chunk: { type: string; timestamp: number }): void {
      if (this.state !== "configured") throw new DOMException("closed", "InvalidStateError");
      this.chunks.push(chunk);
    }
    close(): void {
      this.state = "closed";
    }
    fail(name: string): void {
      this.state = "closed";
      this.init.error(new DOMException("failed", name));
    }
  }
  class Chunk {
    type: string;
    timestamp: number;
    constructor(init: { type: string; timestamp: number }) {
      this.type = init.type;
      this.timestamp = init.timestamp;
    }
  }
  return {
    // The parts that are used.
    codecs: { VideoDecoder: Decoder, EncodedVideoChunk: Chunk } as unknown as Codecs,
    decoders,
    frames,
    letOut() {
      const decoder = decoders.at(-1);
      for (const { timestamp } of decoder?.chunks.splice(0) ?? []) {
        const frame: FakeFrame = {
          timestamp,
          displayWidth: size.width,
          displayHeight: size.height,
          isClosed: false,
          close() {
            frame.isClosed = true;
          },
        };
        frames.push(frame);
        decoder?.init.output(frame as unknown as VideoFrame);
      }
    },
  };
}
