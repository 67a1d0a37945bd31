import type { Display, Size } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { ByteDuplex } from "../byte-duplex.ts";

/** Everything the scrcpy server may touch of the phone that started it. */
export interface ScrcpyContext {
  /** What follows the class name on the command line: the version, then `key=value…`. */
  args: readonly string[];
  display: Display;
  model: PhoneModel;
  /** Whether this encoder of the phone takes pictures of this size; real ones refuse some, or break in the middle. */
  canEncode(size: Size, encoder: string): boolean;
  /** Opens `localabstract:NAME` inside the phone, for `tunnel_forward=true`. Throws an `Error` when the name is taken. */
  listenLocal(name: string): LocalListener;
  /** Connects to `localabstract:NAME`: a `reverse:` tunnel to the computer, or a listener inside the phone. Rejects when nobody listens. */
  connectLocal(name: string): Promise<ByteDuplex>;
  /** Deletes the server's own file, as `cleanup=true` does as soon as it runs: a client has to push it for every session. */
  unlinkServer?: () => void;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Aborted when the shell that started the server is closed or the phone is unplugged. */
  signal: AbortSignal;
}

/** A server socket; the computer's connection waits in its queue until it is accepted, and is refused before and after. */
export interface LocalListener {
  /** Next connection. Rejects once the listener is closed. */
  accept(): Promise<ByteDuplex>;
  close(): void;
}

/** The server's whole life; settles with its exit code. */
export type StartScrcpy = (context: ScrcpyContext) => Promise<number>;
