import type { OpenEncoder } from "../../../phone/scrcpy/picture-encoder.ts";
import type { JpegEncoder } from "../../engine/jpeg/jpeg-encoder.ts";
import type { MakePictureDecoder } from "../../engine/screen/picture.ts";
import type { DecodePng } from "../../engine/screen/screencap.ts";

/** A phone's encoder without pixels: the parameter sets are real, the slices carry nothing. */
export const encodeNothing: OpenEncoder = async ({ size }) => ({
  encode: async (_display, { isKeyFrame }) => ({
    data: isKeyFrame
      ? Uint8Array.from([...startCode, ...parameterSet(size), ...startCode, 0x68, 0xce, ...startCode, 0x65])
      : Uint8Array.from([...startCode, 0x41]),
    isKeyFrame,
  }),
  close: () => undefined,
});

const startCode = [0, 0, 0, 1] as const;

/** A sequence parameter set of the baseline profile (H.264, 7.3.2.1.1). */
function parameterSet({ width, height }: { width: number; height: number }): number[] {
  const across = Math.ceil(width / 16);
  const down = Math.ceil(height / 16);
  // Bits after profile, constraints and level: golomb codes, then single flags.
  const bits = [
    ...[0, 0, 2, 1].map(golomb), // seq_parameter_set_id, log2_max_frame_num, pic_order_cnt_type, max_num_ref_frames
    "0", // gaps_in_frame_num_value_allowed_flag
    golomb(across - 1),
    golomb(down - 1),
    "1", // frame_mbs_only_flag
    "1", // direct_8x8_inference_flag
    "1", // frame_cropping_flag
    ...[0, (across * 16 - width) / 2, 0, (down * 16 - height) / 2].map(golomb), // left, right, top, bottom
    "0", // vui_parameters_present_flag
    "1", // stop bit
  ].join("");
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return [0x67, 66, 0xc0, 30, ...bytes.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2))];
}

function golomb(value: number): string {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
}

/** Nothing looks at it. */
const noImage: ImageBitmap = { width: 1, height: 1, close: () => undefined };

/** Every access unit is a picture of the size its parameter set says. */
export const decodeNothing: MakePictureDecoder = (hooks) => {
  let size = { width: 0, height: 0 };
  return {
    push: (packet) => {
      if (packet.type === "configuration") size = packet.size;
      else hooks.onPicture({ size, image: noImage, deviceUs: packet.timestampUs, close: () => undefined });
    },
    close: () => undefined,
  };
};

/** As large as the PNG says. */
export const decodeNoPng: DecodePng = async (png) => {
  const view = new DataView(png.buffer);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  return { size, image: noImage, deviceUs: 0, close: () => undefined };
};

export const noJpegEncoder: JpegEncoder = {
  encode: async (_, layers) => layers.map(() => Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)),
};
