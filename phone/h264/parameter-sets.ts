import type { BitWriter } from "./bit-writer.ts";

const spsHeader = 0x67;
const ppsHeader = 0x68;
/** `log2_max_frame_num`: pictures count to 15 and begin again. */
export const frameNumberBits = 4;
/** `pic_init_qp`. */
export const initialQp = 26;

/** 7.3.2.1: constrained baseline, one reference picture, colours after BT.709. */
export function encodeSps(
  writer: BitWriter,
  { width, height, level }: { width: number; height: number; level: number },
): Uint8Array {
  const across = Math.ceil(width / 16);
  const down = Math.ceil(height / 16);
  const flag = (isSet: boolean) => writer.put(isSet ? 1 : 0, 1);
  writer.put(66, 8); // profile_idc: baseline
  writer.put(0xe0, 8); // constraint_set0 to 2
  writer.put(level, 8);
  writer.putUnsigned(0); // seq_parameter_set_id
  writer.putUnsigned(frameNumberBits - 4);
  writer.putUnsigned(2); // pic_order_cnt_type: shown in the order they are sent
  writer.putUnsigned(1); // max_num_ref_frames
  flag(false); // gaps_in_frame_num_value_allowed
  writer.putUnsigned(across - 1);
  writer.putUnsigned(down - 1);
  flag(true); // frame_mbs_only
  flag(true); // direct_8x8_inference
  const right = across * 16 - width;
  const bottom = down * 16 - height;
  flag(right + bottom > 0); // frame_cropping
  if (right + bottom > 0) {
    // In chroma samples, which are two pixels wide and high.
    for (const edge of [0, right / 2, 0, bottom / 2]) writer.putUnsigned(edge);
  }
  flag(true); // vui_parameters_present
  flag(false); // aspect_ratio_info_present
  flag(false); // overscan_info_present
  flag(true); // video_signal_type_present
  writer.put(5, 3); // video_format: unspecified
  flag(false); // video_full_range
  flag(true); // colour_description_present
  for (let field = 0; field < 3; field += 1) writer.put(1, 8); // primaries, transfer, matrix: BT.709
  for (let field = 0; field < 5; field += 1) flag(false); // chroma location, timing, NAL HRD, VCL HRD, pic_struct
  flag(true); // bitstream_restriction: without it a decoder may hold pictures back to reorder them
  flag(false); // motion_vectors_over_pic_boundaries
  for (let field = 0; field < 4; field += 1) writer.putUnsigned(0); // no limit on bytes and bits, no motion vectors
  writer.putUnsigned(0); // max_num_reorder_frames
  writer.putUnsigned(1); // max_dec_frame_buffering
  return writer.takeNalUnit(spsHeader);
}

/** 7.3.2.2: CAVLC, one slice a picture. */
export function encodePps(writer: BitWriter): Uint8Array {
  writer.putUnsigned(0); // pic_parameter_set_id
  writer.putUnsigned(0); // seq_parameter_set_id
  writer.put(0, 2); // entropy_coding_mode, bottom_field_pic_order_in_frame_present
  writer.putUnsigned(0); // num_slice_groups_minus1
  writer.putUnsigned(0); // num_ref_idx_l0_default_active_minus1
  writer.putUnsigned(0); // num_ref_idx_l1_default_active_minus1
  writer.put(0, 3); // weighted_pred, weighted_bipred_idc
  writer.putSigned(initialQp - 26);
  writer.putSigned(0); // pic_init_qs_minus26
  writer.putSigned(0); // chroma_qp_index_offset
  writer.put(1, 1); // deblocking_filter_control_present: the slices switch the filter off
  writer.put(0, 2); // constrained_intra_pred, redundant_pic_cnt_present
  return writer.takeNalUnit(ppsHeader);
}
