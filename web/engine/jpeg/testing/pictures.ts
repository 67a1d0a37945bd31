import type { Size } from "../../../../protocol/fields.ts";
import type { PlanesColor } from "../color-gains.ts";
import type { Planes } from "../planes-encoder.ts";

/** What a picture shows at a place from 0 to 1 along both axes: red, green, blue, 0 to 255. */
export type Paint = (x: number, y: number) => readonly [number, number, number];

export interface PlanesLayout {
  color: PlanesColor;
  isInterleaved: boolean;
  /** Bytes before each plane, and behind each row. */
  gap: number;
  slack: number;
}

const weights = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

/** The planes of a painted picture, by the definition of its matrix; `bytes` is what belongs into the room. */
export function paintPlanes(
  size: Size,
  paint: Paint,
  layout: PlanesLayout,
): { planes: Planes; bytes: Uint8Array<ArrayBuffer> } {
  const { width, height } = size;
  const { color, isInterleaved, gap, slack } = layout;
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  const step = isInterleaved ? 2 : 1;
  const luma = { offset: gap, stride: width + slack };
  const stride = columns * step + slack;
  const cbOffset = luma.offset + luma.stride * height + gap;
  const crOffset = isInterleaved ? cbOffset + 1 : cbOffset + stride * rows + gap;
  const bytes = new Uint8Array(crOffset + stride * rows).fill(0x5a);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let cb = 0;
      let cr = 0;
      let count = 0;
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const x = column * 2 + dx;
        const y = row * 2 + dy;
        if (x >= width || y >= height) continue;
        const sample = samplesOf(paint(x / width, y / height), color);
        bytes[luma.offset + y * luma.stride + x] = sample.y;
        cb += sample.cb;
        cr += sample.cr;
        count += 1;
      }
      bytes[cbOffset + row * stride + column * step] = byte(cb / count);
      bytes[crOffset + row * stride + column * step] = byte(cr / count);
    }
  }
  return { planes: { ...size, color, luma, chroma: { cbOffset, crOffset, stride, step } }, bytes };
}

/** Full-range chroma of pure colours is half a step too much. */
function byte(sample: number): number {
  return Math.min(255, Math.round(sample));
}

function samplesOf(
  [red, green, blue]: readonly [number, number, number],
  { matrix, isFullRange }: PlanesColor,
): { y: number; cb: number; cr: number } {
  const weight = weights[matrix];
  const luma = weight.red * red + (1 - weight.red - weight.blue) * green + weight.blue * blue;
  const cb = (blue - luma) / (2 * (1 - weight.blue));
  const cr = (red - luma) / (2 * (1 - weight.red));
  if (isFullRange) return { y: Math.round(luma), cb: cb + 128, cr: cr + 128 };
  return { y: Math.round((luma * 219) / 255 + 16), cb: (cb * 224) / 255 + 128, cr: (cr * 224) / 255 + 128 };
}

/** The same picture at a layer's size, three bytes a pixel: each is the mean of the pixels below it, by their area. */
export function scaledReference(size: Size, paint: Paint, layer: Size): Float64Array {
  const picture = new Float64Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      picture.set(paint(x / size.width, y / size.height), (y * size.width + x) * 3);
    }
  }
  const reference = new Float64Array(layer.width * layer.height * 3);
  const across = overlaps(size.width, layer.width);
  const down = overlaps(size.height, layer.height);
  for (const [y, rows] of down.entries()) {
    for (const [x, columns] of across.entries()) {
      for (const [row, high] of rows) {
        for (const [column, wide] of columns) {
          for (let channel = 0; channel < 3; channel += 1) {
            const at = (y * layer.width + x) * 3 + channel;
            const sample = picture[(row * size.width + column) * 3 + channel] ?? 0;
            reference[at] = (reference[at] ?? 0) + sample * high * wide;
          }
        }
      }
    }
  }
  return reference;
}

/** Of each output sample the samples below it and their share. */
function overlaps(from: number, to: number): [number, number][][] {
  const length = from / to;
  return Array.from({ length: to }, (_, at) => {
    const start = at * length;
    const end = Math.min(from, start + length);
    const shares: [number, number][] = [];
    for (let sample = Math.floor(start); sample < end - 1e-9; sample += 1) {
      shares.push([sample, (Math.min(sample + 1, end) - Math.max(sample, start)) / length]);
    }
    return shares;
  });
}
