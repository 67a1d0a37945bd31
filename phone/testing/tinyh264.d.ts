/** The parts of the package, which has no types, that `h264-decoder.ts` uses. */
declare module "tinyh264/es/TinyH264.js" {
  /** An Emscripten module. */
  export interface TinyH264 {
    HEAPU8: Uint8Array;
  }
  export default function loadTinyH264(): Promise<TinyH264>;
}

declare module "tinyh264/es/TinyH264Decoder.js" {
  import type { TinyH264 } from "tinyh264/es/TinyH264.js";

  export default class TinyH264Decoder {
    constructor(module: TinyH264, onPicture: (samples: Uint8Array, width: number, height: number) => void);
    decode(unit: Uint8Array): void;
    release(): void;
  }
}
