import type { ByteDuplex } from "../byte-duplex.ts";

/** Runs one OPENed stream to its end; the stream is closed when it settles. `signal` is aborted when the stream ends. */
export type Service = (stream: ByteDuplex, signal: AbortSignal) => Promise<void>;

/** Finds what a destination such as `shell:ls` names. Undefined: nobody offers it, and the OPEN is answered with CLSE. */
export type OpenService = (destination: string, computer: Computer) => Service | undefined;

/** The computer at the other end of an ADB connection, as services see it. */
export interface Computer {
  /** Opens a stream from the phone to the computer, as `reverse:` tunnels do. Rejects when the computer refuses. */
  open(destination: string): Promise<ByteDuplex>;
  /** Aborted when the computer is gone or says CNXN anew. */
  signal: AbortSignal;
}
