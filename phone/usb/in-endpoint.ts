import { ConnectionClosedError } from "../byte-duplex.ts";
import { packetSize, type UsbReply } from "./usb-message.ts";

/** A bulk IN endpoint: the phone's writes meet the computer's reads, in packets, as on a real bus. */
export interface InEndpoint {
  /** Settles when the computer has read it all (back-pressure); rejects when the endpoint is cleared before. */
  write(bytes: Uint8Array): Promise<void>;
  /** Settles when `length` bytes came, or fewer and then a packet that is not full. */
  read(length: number): Promise<UsbReply>;
  /** Forgets what was written and ends waiting reads with `reply`. */
  clear(reply: UsbReply): void;
}

interface Write {
  bytes: Uint8Array;
  sent: number;
  resolve(): void;
  reject(error: Error): void;
}
interface Read {
  buffer: Uint8Array<ArrayBuffer>;
  filled: number;
  resolve(reply: UsbReply): void;
}

export function makeInEndpoint(): InEndpoint {
  let writes: Write[] = [];
  let reads: Read[] = [];

  function finishRead(read: Read, status: "ok" | "babble"): void {
    reads.shift();
    read.resolve({ ok: true, status, bytes: read.buffer.slice(0, read.filled) });
  }

  /** Moves one packet. False: there is nothing to move or nowhere to put it. */
  function movePacket(): boolean {
    const [write] = writes;
    const [read] = reads;
    if (!write || !read) return false;
    const packet = write.bytes.subarray(write.sent, write.sent + packetSize);
    write.sent += packet.byteLength;
    const hasRoom = packet.byteLength <= read.buffer.byteLength - read.filled;
    if (hasRoom) {
      read.buffer.set(packet, read.filled);
      read.filled += packet.byteLength;
    }
    if (write.sent === write.bytes.byteLength) {
      writes.shift();
      write.resolve();
    }
    if (!hasRoom) finishRead(read, "babble");
    // A transfer of whole packets has no end of its own: adbd writes no empty packet after it.
    else if (packet.byteLength < packetSize || read.filled === read.buffer.byteLength) finishRead(read, "ok");
    return true;
  }

  function move(): void {
    while (movePacket());
  }

  return {
    async write(bytes) {
      if (bytes.byteLength === 0) return;
      const written = new Promise<void>((resolve, reject) =>
        writes.push({ bytes, sent: 0, resolve, reject }),
      );
      move();
      return await written;
    },
    async read(length) {
      const reply = new Promise<UsbReply>((resolve) => {
        reads.push({ buffer: new Uint8Array(length), filled: 0, resolve });
      });
      move();
      return await reply;
    },
    clear(reply) {
      const [endedWrites, endedReads] = [writes, reads];
      writes = [];
      reads = [];
      for (const write of endedWrites) write.reject(new ConnectionClosedError());
      for (const read of endedReads) read.resolve(reply);
    },
  };
}
