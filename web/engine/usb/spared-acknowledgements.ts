import { AdbCommand, type AdbPacketInit } from "@yume-chan/adb";

/** What a stream may have taken untold: under a hundredth of what Tango lets a device send ahead, 32 MB. */
const mostUntold = 256 * 1024;

/**
 * With delayed acknowledgements (AOSP `packages/modules/adb/docs/dev/delayed_ack.md`) an OKAY says how many more bytes were
 * taken, and a device waits for none until its window is used up. Tango sends one for each packet: for a small picture as
 * many transfers as the picture itself. Here a stream's bytes are summed until they are worth one. An OKAY without a
 * count, for a device that waits for each, goes at once; so does the one that opens a stream, as it tells the whole window.
 * Answers what is to be sent for a packet; undefined: nothing yet.
 */
export function spareAcknowledgements(): (packet: AdbPacketInit) => AdbPacketInit | undefined {
  /** By our id of the stream. */
  const untold = new Map<number, number>();

  function passOkay(packet: AdbPacketInit): AdbPacketInit | undefined {
    const { buffer, byteOffset, byteLength } = packet.payload;
    if (byteLength !== 4) return packet;
    const bytes = new DataView(buffer, byteOffset).getUint32(0, true) + (untold.get(packet.arg0) ?? 0);
    if (bytes < mostUntold) {
      untold.set(packet.arg0, bytes);
      return undefined;
    }
    untold.delete(packet.arg0);
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, bytes, true);
    return { ...packet, payload };
  }

  return (packet) => {
    if (packet.command === AdbCommand.Okay) return passOkay(packet);
    if (packet.command === AdbCommand.Close) untold.delete(packet.arg0);
    return packet;
  };
}
