import type { Packet } from "./packet.ts";

/** One ADB wire to one computer, whatever carries it: USB, TCP or memory. */
export interface Wire {
  /** Next packet from the computer; undefined once the computer is gone. */
  read(): Promise<Packet | undefined>;
  /** Settles when the wire took the packet (back-pressure), in order of calls; rejects once the computer is gone. */
  write(packet: Packet, options: { withChecksum: boolean }): Promise<void>;
  /** Idempotent; `read` then answers undefined. */
  close(): void;
}
