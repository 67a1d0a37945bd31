import { concatenate } from "../../protocol/concatenate.ts";

/** `nal_unit_type` of H.264 (ITU-T H.264, table 7-1). */
const spsType = 7;
const ppsType = 8;

/**
 * Parts SPS and PPS from the slices of an access unit in Annex B, each part with its start codes.
 * WebCodecs puts them in front of the key frame; Android's MediaCodec, and so scrcpy, sends them as a packet of their own.
 */
export function splitConfig(accessUnit: Uint8Array): { config: Uint8Array; picture: Uint8Array } {
  const starts = findStartCodes(accessUnit);
  const config: Uint8Array[] = [];
  const picture: Uint8Array[] = [];
  starts.forEach(({ at, bytes }, index) => {
    const unit = accessUnit.subarray(at, starts[index + 1]?.at ?? accessUnit.length);
    const type = (unit[bytes] ?? 0) & 0x1f;
    (type === spsType || type === ppsType ? config : picture).push(unit);
  });
  return { config: concatenate(config), picture: concatenate(picture) };
}

/** Where `00 00 01` or `00 00 00 01` begins. */
function findStartCodes(bytes: Uint8Array): { at: number; bytes: 3 | 4 }[] {
  const found: { at: number; bytes: 3 | 4 }[] = [];
  for (let one = bytes.indexOf(1); one !== -1; one = bytes.indexOf(1, one + 1)) {
    if (one < 2 || bytes[one - 1] !== 0 || bytes[one - 2] !== 0) continue;
    const isLong = one >= 3 && bytes[one - 3] === 0;
    found.push(isLong ? { at: one - 3, bytes: 4 } : { at: one - 2, bytes: 3 });
  }
  return found;
}
