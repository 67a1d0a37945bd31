import { expect, test } from "vitest";
import { makeDuplexPair } from "../duplex-pair.ts";
import { makeRig } from "../testing/rig.ts";
import { readAtLeast, readToEnd } from "../testing/streams.ts";
import { command, decodeHeader, encodeHeader, headerLength, maxPayload } from "./packet.ts";
import { makeStreamWire } from "./stream-wire.ts";

const payload = new TextEncoder().encode("host::features=shell_v2");
const hello = encodeHeader(
  { command: command.connect, arg0: 0x01000001, arg1: maxPayload, payload },
  { withChecksum: false },
);

function rigStream() {
  const rig = makeRig();
  const [near, far] = makeDuplexPair();
  const served = rig.phone.connect(makeStreamWire(far)).finally(() => rig.close());
  return { near, served, writer: near.writable.getWriter() };
}

test("a phone on a byte stream answers, however the bytes are cut", async () => {
  const { near, served, writer } = rigStream();
  for (const byte of [...hello, ...payload]) void writer.write(Uint8Array.of(byte));
  const answer = await readAtLeast(near.readable, headerLength);
  expect(decodeHeader(answer)).toMatchObject({ command: command.connect, arg0: 0x01000001 });
  expect(new TextDecoder().decode(answer.subarray(headerLength))).toMatch(/^device::/);
  await writer.close();
  await served;
});

test("a length that no peer may send ends the stream: nobody knows where the next packet starts", async () => {
  const { near, served, writer } = rigStream();
  void writer.write(new Uint8Array(headerLength).fill(0x41));
  expect(await readToEnd(near.readable)).toHaveLength(0);
  await served;
});

test("a computer that goes in the middle of a packet is gone", async () => {
  const { near, served, writer } = rigStream();
  await writer.write(hello.subarray(0, 10));
  await writer.close();
  await served;
  expect(await readToEnd(near.readable)).toHaveLength(0);
});
