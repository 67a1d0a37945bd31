import { block, scan, zigzag, zigzagFlags } from "./memory-map";

/** Huffman coding of blocks, and the bits that were not yet worth a word. */
let end: usize = scan;
let bits: u64 = 0;
let bitCount: i32 = 0;

/** Where the coefficient of row v and column u comes in the zigzag, for `v * 8 + u`. */
const places = memory.data<u8>([
  0, 1, 5, 6, 14, 15, 27, 28, 2, 4, 7, 13, 16, 26, 29, 42, 3, 8, 12, 17, 25, 30, 41, 43, 9, 11, 18, 24, 31,
  40, 44, 53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38, 46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61,
  35, 36, 48, 49, 57, 58, 62, 63,
]);

/** Once, before anything is coded. */
export function layOutZigzag(): void {
  for (let column = 0; column < 8; column++) {
    for (let row = 0; row < 8; row++) {
      const place = load<u8>(places + <usize>(row * 8 + column));
      store<u8>(zigzag + <usize>place, <u8>((column * 8 + row) * 2));
      for (let value = 0; value < 256; value++) {
        if (((value >> row) & 1) == 0) continue;
        const at = zigzagFlags + ((<usize>(column * 256 + value)) << 3);
        store<u64>(at, load<u64>(at) | ((<u64>1) << place));
      }
    }
  }
}

export function beginScan(): void {
  end = scan;
  bits = 0;
  bitCount = 0;
}

/** Bytes of the scan so far. */
export function scanned(): i32 {
  return <i32>(end - scan);
}

/** The bits of the last byte are 1, and nothing follows. */
export function endScan(): i32 {
  const missing = (8 - (bitCount & 7)) & 7;
  bits = (bits << missing) | ((1 << missing) - 1);
  bitCount += missing;
  while (bitCount > 0) {
    bitCount -= 8;
    writeByte(<u32>(bits >> bitCount) & 255);
  }
  return scanned();
}

/** Codes the block, whose flags say which coefficients are not 0; returns its DC, the next one's `lastDc`. */
export function codeBlock(flags: u64, lastDc: i32, dcCodes: usize, acCodes: usize): i32 {
  let accumulated = bits;
  let count = bitCount;

  const dc = <i32>load<i16>(block);
  const difference = dc - lastDc;
  const dcSize = 32 - <i32>clz(abs(difference));
  const dcCode = load<u32>(dcCodes + ((<usize>dcSize) << 2));
  accumulated = (accumulated << (dcCode & 255)) | (dcCode >> 8);
  accumulated = (accumulated << dcSize) | <u64>((difference + (difference >> 31)) & ((1 << dcSize) - 1));
  count += <i32>(dcCode & 255) + dcSize;
  if (count >= 32) {
    count -= 32;
    writeWord(<u32>(accumulated >> count));
  }

  let places = inZigzag(flags) & ~1;
  let last = 0;
  while (places != 0) {
    const place = <i32>ctz(places);
    places &= places - 1;
    let run = place - last - 1;
    last = place;
    while (run > 15) {
      const sixteen = load<u32>(acCodes, 0xf0 * 4);
      accumulated = (accumulated << (sixteen & 255)) | (sixteen >> 8);
      count += <i32>(sixteen & 255);
      if (count >= 32) {
        count -= 32;
        writeWord(<u32>(accumulated >> count));
      }
      run -= 16;
    }
    const value = <i32>load<i16>(block + <usize>load<u8>(zigzag + <usize>place));
    const size = 32 - <i32>clz(abs(value));
    const code = load<u32>(acCodes + ((<usize>((run << 4) | size)) << 2));
    const tail = <u32>((value + (value >> 31)) & ((1 << size) - 1));
    const length = <i32>(code & 255) + size;
    accumulated = (accumulated << length) | <u64>(((code >> 8) << size) | tail);
    count += length;
    if (count >= 32) {
      count -= 32;
      writeWord(<u32>(accumulated >> count));
    }
  }
  if (last < 63) {
    const endOfBlock = load<u32>(acCodes);
    accumulated = (accumulated << (endOfBlock & 255)) | (endOfBlock >> 8);
    count += <i32>(endOfBlock & 255);
    if (count >= 32) {
      count -= 32;
      writeWord(<u32>(accumulated >> count));
    }
  }

  bits = accumulated;
  bitCount = count;
  return dc;
}

function inZigzag(flags: u64): u64 {
  let at = zigzagFlags;
  let placed: u64 = 0;
  for (let column = 0; column < 8; column++) {
    placed |= load<u64>(at + ((<usize>(flags & 255)) << 3));
    flags >>= 8;
    at += 256 * 8;
  }
  return placed;
}

/** A byte of 255 is followed by a 0, or it would be a marker. */
function writeWord(word: u32): void {
  // Whether any byte of the complement is 0.
  if (((~word - 0x01010101) & word & 0x80808080) == 0) {
    store<u32>(end, bswap(word));
    end += 4;
    return;
  }
  writeByte(word >> 24);
  writeByte((word >> 16) & 255);
  writeByte((word >> 8) & 255);
  writeByte(word & 255);
}

function writeByte(byte: u32): void {
  store<u8>(end, <u8>byte);
  end++;
  if (byte == 255) {
    store<u8>(end, 0);
    end++;
  }
}
