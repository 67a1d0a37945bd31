import { ConnectionClosedError } from "../byte-duplex.ts";
import { concatenate } from "../../protocol/concatenate.ts";
import { packetSize } from "./adb-function.ts";
import { cancelled, type Transfer, type TransferEnd } from "./transfer.ts";

/** A bulk IN endpoint: the phone's writes meet the computer's reads, in packets, as on a real bus. */
export interface InEndpoint {
  /** Settles when the computer has read it all (back-pressure); rejects when the endpoint is cleared before. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends when `length` bytes came, or fewer and then a packet that is not full. */
  read(length: number): Transfer;
  /** Forgets what was written and ends waiting reads with `end`. */
  clear(end: TransferEnd): void;
  /** While held nothing moves: both ends wait. */
  hold(isHeld: boolean): void;
}

interface Write {
  bytes: Uint8Array;
  sent: number;
  resolve(): void;
  reject(error: Error): void;
}
interface Read {
  length: number;
  parts: Uint8Array[];
  filled: number;
  resolve(end: TransferEnd): void;
}

export function makeInEndpoint(): InEndpoint {
  let writes: Write[] = [];
  let reads: Read[] = [];
  let isHeld = false;

  /** Takes bytes off a write; the write is over when they were its last. */
  function take(write: Write, length: number): Uint8Array {
    const part = write.bytes.subarray(write.sent, write.sent + length);
    write.sent += part.byteLength;
    if (write.sent === write.bytes.byteLength) {
      writes.shift();
      write.resolve();
    }
    return part;
  }

  function fill(read: Read, part: Uint8Array): void {
    read.parts.push(part);
    read.filled += part.byteLength;
  }

  function finish(read: Read, status: "ok" | "babble"): void {
    reads.shift();
    const [first] = read.parts;
    const bytes = read.parts.length === 1 && first ? first : concatenate(read.parts);
    read.resolve({ ok: true, status, bytes });
  }

  /** Moves as many packets of one write into one read as go at once. */
  function moveSome(write: Write, read: Read): void {
    const room = read.length - read.filled;
    const left = write.bytes.byteLength - write.sent;
    if (left <= room) {
      fill(read, take(write, left));
      // A transfer of whole packets has no end of its own: adbd writes no empty packet after it.
      if (left % packetSize !== 0 || read.filled === read.length) finish(read, "ok");
      return;
    }
    const inFullPackets = room - (room % packetSize);
    fill(read, take(write, inFullPackets));
    if (inFullPackets === room) return finish(read, "ok");
    // The next packet is longer than what is left of the computer's buffer: it is lost.
    take(write, packetSize);
    finish(read, "babble");
  }

  function move(): void {
    for (;;) {
      if (isHeld) return;
      const [write] = writes;
      const [read] = reads;
      if (!write || !read) return;
      moveSome(write, read);
    }
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
    read(length) {
      const { promise, resolve } = Promise.withResolvers<TransferEnd>();
      const read: Read = { length, parts: [], filled: 0, resolve };
      reads.push(read);
      move();
      return {
        done: promise,
        cancel() {
          // What it had got is lost, as with a real host controller.
          reads = reads.filter((each) => each !== read);
          resolve(cancelled);
        },
      };
    },
    clear(end) {
      const [endedWrites, endedReads] = [writes, reads];
      writes = [];
      reads = [];
      for (const write of endedWrites) write.reject(new ConnectionClosedError());
      for (const read of endedReads) read.resolve(end);
    },
    hold(value) {
      isHeld = value;
      move();
    },
  };
}
