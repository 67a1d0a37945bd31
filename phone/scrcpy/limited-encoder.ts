import type { Size } from "../display.ts";
import type { OpenEncoder } from "./picture-encoder.ts";

/** An encoder that fails as a phone's does, at its start or in the middle, while `canEncode` refuses its size. */
export function makeLimitedEncoder(open: OpenEncoder, canEncode: (size: Size) => boolean): OpenEncoder {
  function check(size: Size): void {
    // `MediaCodec.CodecException.getMessage()` of an encoder that broke.
    if (!canEncode(size)) throw new Error("android.media.MediaCodec$CodecException: Error 0xfffffff4");
  }
  return async (config) => {
    check(config.size);
    const encoder = await open(config);
    return {
      async encode(display, request) {
        check(config.size);
        return await encoder.encode(display, request);
      },
      close: () => encoder.close(),
    };
  };
}
