import { type BitWriter, makeBitWriter } from "./bit-writer.ts";
import { readMacroblock } from "./macroblock.ts";
import { makeMacroblockCoder } from "./macroblock-coder.ts";
import { makeMacroblockWriter } from "./macroblock-writer.ts";
import { encodePps, encodeSps, frameNumberBits, initialQp } from "./parameter-sets.ts";
import { makePlanes } from "./planes.ts";
import { makeRate } from "./rate.ts";

/**
 * An H.264 encoder for screens, as ITU-T H.264 (numbers in comments are its clauses) wants constrained baseline: what did
 * not change costs nothing, what did is predicted from its neighbours or from what is shown there. No motion is searched.
 */
export interface ScreenEncoder {
  /**
   * The NAL units, in Annex B, of one access unit for RGBA pixels; a key frame begins with SPS and PPS. Empty: the bit
   * rate has no room for this picture, and the next one will show what it should have.
   */
  encode(pixels: Uint32Array, picture: { timestampUs: number; isKeyFrame: boolean }): Uint8Array[];
}

export interface ScreenEncoderConfig {
  /** Even. */
  width: number;
  height: number;
  /** H.264 level × 10. */
  level: number;
  bitsPerSecond: number;
  framesPerSecond: number;
}

const idrHeader = 0x65;
const sliceHeader = 0x41;

/** A macroblock that is shown this much coarser than it could be now is sent again. */
const worthwhileQps = 4;

export function makeScreenEncoder(config: ScreenEncoderConfig): ScreenEncoder {
  const across = Math.ceil(config.width / 16);
  const down = Math.ceil(config.height / 16);
  const planes = makePlanes(across, down);
  const writer = makeBitWriter();
  const parameterSets = [encodeSps(writer, config), encodePps(writer)];
  const rate = makeRate(config.bitsPerSecond, config.framesPerSecond);
  const macroblocks = makeMacroblockWriter(writer, planes);
  const coder = makeMacroblockCoder(macroblocks, planes);
  /** The QP each macroblock is shown with. */
  const shownQps = new Uint8Array(across * down);
  const isChanged = new Uint8Array(across * down);
  let shown: Uint32Array | undefined;
  let frameNumber = 0;
  let idrNumber = 0;

  function findChanges(pixels: Uint32Array): void {
    if (shown === undefined) {
      isChanged.fill(1);
      return;
    }
    isChanged.fill(0);
    for (let y = 0; y < config.height; y += 1) {
      const rowAt = (y >> 4) * across;
      for (let column = 0; column < across; column += 1) {
        if (isChanged[rowAt + column] === 1) continue;
        const from = y * config.width + column * 16;
        const to = Math.min(from + 16, (y + 1) * config.width);
        for (let i = from; i < to; i += 1) {
          if (pixels[i] === shown[i]) continue;
          isChanged[rowAt + column] = 1;
          break;
        }
      }
    }
  }

  function encodeSlice(pixels: Uint32Array, isKeyFrame: boolean): void {
    const start = writer.length;
    let done = 0;
    let qp = rate.next(0, 0);
    macroblocks.begin(initialQp);
    for (let row = 0; row < down; row += 1) {
      if (row > 0) qp = rate.next(writer.length - start, done);
      for (let column = 0; column < across; column += 1) {
        const at = row * across + column;
        if (!isKeyFrame && isChanged[at] === 0 && shownQps[at] < qp + worthwhileQps) {
          macroblocks.skip();
          continue;
        }
        readMacroblock(coder.source, pixels, config, { column, row });
        coder.code({ column, row, qp, isKeyFrame });
        shownQps[at] = qp;
        done += 1;
      }
    }
    if (!isKeyFrame) macroblocks.endSkipped();
    rate.end(writer.length - start);
  }

  return {
    encode(pixels, { timestampUs, isKeyFrame }) {
      const isIdr = isKeyFrame || shown === undefined;
      if (!rate.allows({ timestampUs, isKeyFrame: isIdr })) return [];
      findChanges(pixels);
      const count = isIdr ? isChanged.length : isChanged.reduce((sum, changed) => sum + changed, 0);
      rate.begin(isIdr, count);
      if (isIdr) frameNumber = 0;
      writeSliceHeader(writer, { isIdr, frameNumber, idrNumber });
      encodeSlice(pixels, isIdr);
      shown = pixels;
      frameNumber = (frameNumber + 1) % 2 ** frameNumberBits;
      if (isIdr) idrNumber = 1 - idrNumber;
      return isIdr ? [...parameterSets, writer.takeNalUnit(idrHeader)] : [writer.takeNalUnit(sliceHeader)];
    },
  };
}

/** 7.3.3 */
function writeSliceHeader(
  writer: BitWriter,
  { isIdr, frameNumber, idrNumber }: { isIdr: boolean; frameNumber: number; idrNumber: number },
): void {
  writer.putUnsigned(0); // first_mb_in_slice
  writer.putUnsigned(isIdr ? 7 : 5); // slice_type: all I, all P
  writer.putUnsigned(0); // pic_parameter_set_id
  writer.put(frameNumber, frameNumberBits);
  if (isIdr) {
    writer.putUnsigned(idrNumber); // idr_pic_id: two key frames in a row have different ones
    writer.put(0, 2); // no_output_of_prior_pics, long_term_reference
  } else {
    writer.put(0, 3); // num_ref_idx_active_override, ref_pic_list_modification, adaptive_ref_pic_marking_mode
  }
  writer.putSigned(0); // slice_qp_delta
  writer.putUnsigned(1); // disable_deblocking_filter_idc: screens have sharp edges
}
