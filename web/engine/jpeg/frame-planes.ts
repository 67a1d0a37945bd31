import type { PlanesColor } from "./color-gains.ts";
import { longestEdge, type Planes } from "./planes-encoder.ts";

type Room = (byteLength: number) => Uint8Array<ArrayBuffer>;

const steps = { I420: 1, NV12: 2 } as const;

/** Undefined of a frame whose planes cannot be read as they are: another format, one that is turned, one without 4:2:0. */
export function readableFormat(frame: VideoFrame): keyof typeof steps | undefined {
  const { format, visibleRect } = frame;
  if ((format !== "I420" && format !== "NV12") || visibleRect === null) return undefined;
  // Pixels that are not square, or a picture that is to be turned.
  const isAsShown = visibleRect.width === frame.displayWidth && visibleRect.height === frame.displayHeight;
  const isSmallEnough = Math.max(visibleRect.width, visibleRect.height) <= longestEdge;
  return isAsShown && isSmallEnough && colorOf(frame.colorSpace) !== undefined ? format : undefined;
}

/**
 * Copies what is visible of a frame that has a readable format. Rejects when the browser cannot, as it may when the frame
 * is in a GPU.
 */
export async function readPlanes(frame: VideoFrame, room: Room): Promise<Planes> {
  const format = readableFormat(frame);
  const color = colorOf(frame.colorSpace);
  const { visibleRect } = frame;
  if (format === undefined || color === undefined || visibleRect === null) {
    throw new Error(`no planes can be read of a frame in ${String(frame.format)}`);
  }
  const [luma, cb, cr] = await frame.copyTo(room(frame.allocationSize()));
  if (luma === undefined || cb === undefined) throw new Error(`a frame in ${format} came without its planes`);
  return {
    width: visibleRect.width,
    height: visibleRect.height,
    color,
    luma,
    chroma: {
      cbOffset: cb.offset,
      crOffset: cr?.offset ?? cb.offset + 1,
      stride: cb.stride,
      step: steps[format],
    },
  };
}

/** What is not said is as Chrome takes it. Undefined of what is not made of luma and chroma. */
function colorOf({ matrix, fullRange }: VideoColorSpace): PlanesColor | undefined {
  const isFullRange = fullRange ?? false;
  switch (matrix) {
    case "bt709":
      return { matrix, isFullRange };
    case "bt470bg":
    case "smpte170m":
    case null:
      return { matrix: "bt601", isFullRange };
    case "rgb":
      return undefined;
    default:
      return { matrix: "bt2020", isFullRange };
  }
}
