import type { ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import { expect, test } from "vitest";
import { makeMediaPacketStream } from "./media-packet-stream.ts";

// prettier-ignore
const wire = Uint8Array.of(
  0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // bit 63: a configuration
  0x00, 0x00, 0x00, 0x02, // its length
  0x67, 0x68,
  0x40, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, // bit 62: a key frame, at 2^32 + 2 µs
  0x00, 0x00, 0x00, 0x03,
  0x65, 0x66, 0x67,
  0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x03, // at 2^32 + 3 µs
  0x00, 0x00, 0x00, 0x01,
  0x41,
);
const packets: ScrcpyMediaStreamPacket[] = [
  { type: "configuration", data: Uint8Array.of(0x67, 0x68) },
  { type: "data", keyframe: true, pts: 0x1_0000_0002n, data: Uint8Array.of(0x65, 0x66, 0x67) },
  { type: "data", keyframe: false, pts: 0x1_0000_0003n, data: Uint8Array.of(0x41) },
];

async function readAll(chunks: readonly Uint8Array[]): Promise<ScrcpyMediaStreamPacket[]> {
  const { readable, writable } = makeMediaPacketStream();
  const writer = writable.getWriter();
  void (async () => {
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  })();
  const read: ScrcpyMediaStreamPacket[] = [];
  for await (const packet of readable) read.push(packet);
  return read;
}

test.each([1, 2, 5, 12, 14, 20, wire.length])("packets are whole, %i bytes at a time", async (step) => {
  const count = Math.ceil(wire.length / step);
  const chunks = Array.from({ length: count }, (_, index) => wire.slice(index * step, (index + 1) * step));
  expect(await readAll(chunks)).toEqual(packets);
});

test("what comes in one piece is not copied", async () => {
  const [first] = await readAll([wire]);
  expect(first?.type === "configuration" && first.data.buffer).toBe(wire.buffer);
});
