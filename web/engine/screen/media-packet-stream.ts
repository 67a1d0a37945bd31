import { concatenate } from "../../../protocol/concatenate.ts";
import type { ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import { TransformStream } from "@yume-chan/stream-extra";

/**
 * Before each packet of scrcpy's video and sound, big endian (`server/.../device/Streamer.java`):
 *
 *     byte  0        8     12
 *           | flags  | len | len bytes …
 *
 * Bit 63 of the flags: a configuration. Bit 62: a key frame. The rest: microseconds.
 */
const headerLength = 12;
const configurationBit = 0x8000_0000;
const keyFrameBit = 0x4000_0000;

/**
 * Cuts a stream into packets, in the place of Tango's transformer, in which bytes go through a queue and three more streams:
 * a fifth of what a small picture cost the engine's thread. A packet that came in one piece is not copied.
 */
export function makeMediaPacketStream(): TransformStream<Uint8Array, ScrcpyMediaStreamPacket> {
  /** What came of a packet that is not whole yet. */
  let pieces: Uint8Array[] = [];
  let length = 0;
  let wanted = headerLength;

  return new TransformStream<Uint8Array, ScrcpyMediaStreamPacket>({
    transform: (chunk, controller) => {
      pieces.push(chunk);
      length += chunk.length;
      if (length < wanted) return;
      let bytes = pieces.length === 1 ? chunk : concatenate(pieces);
      for (wanted = lengthOf(bytes); bytes.length >= wanted; wanted = lengthOf(bytes)) {
        controller.enqueue(packetOf(bytes.subarray(0, wanted)));
        bytes = bytes.subarray(wanted);
      }
      pieces = bytes.length === 0 ? [] : [bytes];
      ({ length } = bytes);
    },
  });
}

/** Of the packet that these bytes begin with; of its header while that is not all there. */
function lengthOf(bytes: Uint8Array): number {
  return headerLength + (bytes.length < headerLength ? 0 : viewOf(bytes).getUint32(8));
}

function packetOf(bytes: Uint8Array): ScrcpyMediaStreamPacket {
  const view = viewOf(bytes);
  const data = bytes.subarray(headerLength);
  const flags = view.getUint32(0);
  if ((flags & configurationBit) !== 0) return { type: "configuration", data };
  const keyframe = (flags & keyFrameBit) !== 0;
  return { type: "data", keyframe, pts: view.getBigUint64(0) & 0x3fff_ffff_ffff_ffffn, data };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
