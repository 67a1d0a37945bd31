import { AdbCommand, type AdbPacketInit, calculateChecksum } from "@yume-chan/adb";
import { Consumable } from "@yume-chan/stream-extra";
import { expect, test, vi } from "vitest";
import { writePackets } from "./packet-writer.ts";

const endpoint = { endpointNumber: 3, packetSize: 512 };

/** A device that takes transfers when it is told to. */
function makeDevice() {
  const taken: { bytes: Uint8Array; end: PromiseWithResolvers<USBOutTransferResult> }[] = [];
  const writer = writePackets(
    {
      transferOut: (number, data) => {
        expect(number).toBe(3);
        const end = Promise.withResolvers<USBOutTransferResult>();
        taken.push({ bytes: new Uint8Array(data as Uint8Array<ArrayBuffer>), end });
        return end.promise;
      },
    },
    endpoint,
  ).getWriter();
  return {
    taken,
    lengths: () => taken.map(({ bytes }) => bytes.byteLength),
    send: (length: number) => Consumable.WritableStream.write(writer, packetOf(length)),
  };
}

function packetOf(length: number): AdbPacketInit {
  const payload = new Uint8Array(length).fill(7);
  const checksum = calculateChecksum(payload);
  return { command: AdbCommand.Write, arg0: 1, arg1: 2, payload, checksum, magic: ~AdbCommand.Write };
}

test("a packet is a header and a payload, and an empty transfer when the payload is of whole USB packets", async () => {
  const { taken, lengths, send } = makeDevice();
  await send(5);
  await send(0);
  await send(1024);
  expect(lengths()).toEqual([24, 5, 24, 24, 1024, 0]);
  // prettier-ignore
  expect(taken[0]?.bytes).toEqual(Uint8Array.of(
    0x57, 0x52, 0x54, 0x45, // WRTE
    0x01, 0x00, 0x00, 0x00, // arg0
    0x02, 0x00, 0x00, 0x00, // arg1
    0x05, 0x00, 0x00, 0x00, // length of the payload
    0x23, 0x00, 0x00, 0x00, // checksum
    0xa8, 0xad, 0xab, 0xba, // magic: the command, inverted
  ));
});

test("a long payload goes in pieces, without an end in between", async () => {
  const { lengths, send } = makeDevice();
  await send(600_000);
  expect(lengths()).toEqual([24, 262_144, 262_144, 75_712]);
});

test("who writes on is held back while the device has more than two of the longest packets to take", async () => {
  const { taken, lengths, send } = makeDevice();
  const longest = 1024 * 1024;
  await send(longest);
  await send(longest);
  const third = vi.fn<() => void>();
  void send(longest).then(third);
  await new Promise((resolve) => setImmediate(resolve));
  expect(third).not.toHaveBeenCalled();
  expect(lengths()).toHaveLength(12);
  for (const { end } of taken.slice(0, 6)) end.resolve({ bytesWritten: 0, status: "ok" });
  await vi.waitFor(() => expect(third).toHaveBeenCalledOnce());
});

test("what USB says of a failed transfer is what the next packet fails with", async () => {
  const { taken, send } = makeDevice();
  await send(5);
  taken[1]?.end.reject(new DOMException("The device was disconnected.", "NotFoundError"));
  await vi.waitFor(async () => await expect(send(5)).rejects.toMatchObject({ name: "NotFoundError" }));
});
