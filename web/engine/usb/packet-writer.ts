import { AdbPacketHeader, type AdbPacketInit } from "@yume-chan/adb";
import { type Consumable, WritableStream } from "@yume-chan/stream-extra";
import { spareAcknowledgements } from "./spared-acknowledgements.ts";
import { piecesOf } from "./transfer-pieces.ts";

/** As much as two of the longest packets: one is on the cable while the next is made ready. */
const mostUnderWay = 2 * 1024 * 1024;

const nothing = new Uint8Array();

/**
 * Packets for a device (AOSP `packages/modules/adb/protocol.txt`): each a transfer with its header, and more with
 * its payload if it has any; a payload of whole USB packets is ended by an empty one. Tango's own writer waits for
 * each of the three before it starts the next, a way through three processes each time. WebUSB keeps their order
 * anyway, so here they follow each other at once, and a packet is taken when the device has not yet got too much.
 */
export function writePackets(
  device: Pick<USBDevice, "transferOut">,
  { endpointNumber, packetSize }: Pick<USBEndpoint, "endpointNumber" | "packetSize">,
): WritableStream<Consumable<AdbPacketInit>> {
  const dueFor = spareAcknowledgements();
  let underWay = 0;
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;

  function transfer(bytes: Uint8Array<ArrayBuffer>): void {
    underWay += bytes.byteLength;
    // The bytes are copied before this returns, so whoever made them may use their buffer again.
    device
      .transferOut(endpointNumber, bytes)
      .catch((error: unknown) => (failure ??= { error }))
      .finally(() => {
        underWay -= bytes.byteLength;
        wake?.();
      });
  }

  const mustWait = (): boolean => failure === undefined && underWay > mostUnderWay;

  async function waitForRoom(): Promise<void> {
    while (mustWait()) await new Promise<void>((resolve) => (wake = resolve));
    if (failure !== undefined) throw failure.error;
  }

  return new WritableStream<Consumable<AdbPacketInit>>({
    write: async (chunk) => {
      await waitForRoom();
      chunk.tryConsume((packet) => {
        const due = dueFor(packet);
        if (due === undefined) return;
        const { payload, ...header } = due;
        transfer(asOwn(AdbPacketHeader.serialize({ ...header, payloadLength: payload.byteLength })));
        if (payload.byteLength === 0) return;
        for (const { at, length } of piecesOf(payload.byteLength))
          transfer(asOwn(payload.subarray(at, at + length)));
        if (payload.byteLength % packetSize === 0) transfer(nothing);
      });
    },
  });
}

/** WebUSB takes no view of shared memory. */
function asOwn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}
