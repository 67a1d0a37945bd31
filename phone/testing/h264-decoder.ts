import TinyH264Decoder from "tinyh264/es/TinyH264Decoder.js";

/** What an independent decoder (Android's old one, `h264bsd`, as WebAssembly) shows, in whole macroblocks. */
export interface DecodedPicture {
  /** I420. */
  samples: Uint8Array;
  width: number;
  height: number;
}

export interface H264Decoder {
  /** Takes one NAL unit with its start code; undefined when no picture is complete with it. */
  decode(unit: Uint8Array): DecodedPicture | undefined;
  close(): void;
}

export async function makeH264Decoder(): Promise<H264Decoder> {
  // The module takes itself to be in a worker of a browser, whose address it reads when it is loaded.
  Object.assign(globalThis, { self: { location: new URL("blob:x") } });
  const { default: loadTinyH264 } = await import("tinyh264/es/TinyH264.js");
  let picture: DecodedPicture | undefined;
  const decoder = new TinyH264Decoder(await loadTinyH264(), (samples, width, height) => {
    picture = { samples, width, height };
  });
  return {
    decode(unit) {
      picture = undefined;
      decoder.decode(unit);
      return picture;
    },
    close: () => decoder.release(),
  };
}
