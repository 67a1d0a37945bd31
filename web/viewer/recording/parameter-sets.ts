/** `nal_unit_type` of H.264 (ITU-T H.264, table 7-1) of the slices: the parameter sets stand before them. */
const sliceType = 1;
const keySliceType = 5;

/**
 * What stands before the picture in a key packet, as text that can be compared: another SPS or PPS is another decoder.
 */
export function parameterSetsOf(annexB: Uint8Array): string {
  let sets = "";
  let unitAt: number | undefined;
  for (let at = 0; at + 3 < annexB.length; at += 1) {
    if (annexB[at] !== 0 || annexB[at + 1] !== 0 || annexB[at + 2] !== 1) continue;
    if (unitAt !== undefined) sets += `${annexB.slice(unitAt, at).join()};`;
    const type = (annexB[at + 3] ?? 0) & 0x1f;
    if (type === sliceType || type === keySliceType) break;
    unitAt = at + 3;
  }
  return sets;
}
