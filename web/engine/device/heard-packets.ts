import { AdbCommand, type AdbPacketData } from "@yume-chan/adb";
import { ReadableStream, type ReadableStreamDefaultController } from "@yume-chan/stream-extra";

/**
 * The same packets, and a word for each that carries data. Acknowledgements do not count: adbd sends them by itself
 * also for a shell in which nothing ever answers.
 */
export function hearPackets<Packet extends Pick<AdbPacketData, "command">>(
  packets: ReadableStream<Packet>,
  onData: () => void,
): ReadableStream<Packet> {
  const reader = packets.getReader();
  return new ReadableStream<Packet>(
    {
      pull: async (controller: ReadableStreamDefaultController<Packet>) => {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        if (value.command === AdbCommand.Write) onData();
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // As Tango's own: nothing is read from USB before somebody wants it.
    { highWaterMark: 0 },
  );
}
