import { concatenate } from "../../../protocol/concatenate.ts";
import { makeLastingDecoder, type Codecs } from "../../video/lasting-decoder.ts";
import type { MakePictureDecoder } from "./picture.ts";
import type { VideoPacket } from "./scrcpy-session.ts";

/** Decodes in software: what the engine decodes is small, and read back to be made JPEGs of. */
export function makeWebCodecsDecoder(codecs: Codecs): MakePictureDecoder {
  return (hooks) => {
    let configuration: Extract<VideoPacket, { type: "configuration" }> | undefined;
    const decoder = makeLastingDecoder<number>({
      codecs,
      nowMs: () => performance.now(),
      onPicture: (frame, deviceUs) =>
        hooks.onPicture({
          size: { width: frame.displayWidth, height: frame.displayHeight },
          image: frame,
          deviceUs,
          close: () => frame.close(),
        }),
      onKeyNeeded: () => hooks.onKeyFrameNeeded(),
    });

    return {
      push: (packet) => {
        if (packet.type === "configuration") {
          configuration = packet;
          return;
        }
        if (configuration === undefined) return;
        const { data, isKeyFrame, timestampUs: deviceUs } = packet;
        if (!isKeyFrame) return decoder.push({ data, deviceUs, tag: deviceUs });
        const key = { codec: configuration.codec, hardwareAcceleration: "prefer-software" } as const;
        return decoder.push({ data: concatenate([configuration.data, data]), deviceUs, tag: deviceUs, key });
      },
      close: () => decoder.close(),
    };
  };
}
