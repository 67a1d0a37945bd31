/**
 * Chrome carries a transfer of a megabyte at a tenth of the speed of the same bytes in pieces of this size (measured in
 * Chromium 156 on Linux, where a piece took 1 ms and a megabyte 50 to 80). A multiple of every USB packet size, so a cut
 * is not the end of anything to the device.
 */
const pieceLength = 256 * 1024;

/** Where a payload is cut for its transfers; nothing for one that is empty. */
export function piecesOf(length: number): { at: number; length: number }[] {
  return Array.from({ length: Math.ceil(length / pieceLength) }, (_, index) => {
    const at = index * pieceLength;
    return { at, length: Math.min(pieceLength, length - at) };
  });
}
