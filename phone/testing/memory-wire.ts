import type { Packet } from "../adb/packet.ts";
import type { Wire } from "../adb/wire.ts";

/** A wire whose computer is the test: it says packets and looks at what came back. */
export interface MemoryWire extends Wire {
  /** The computer sends. */
  say(packet: Partial<Packet> & { command: number }): void;
  /** What the phone sent that was not taken yet, in order; waits for so many. */
  take(count: number): Promise<(Packet & { withChecksum: boolean })[]>;
  /** What came and was not taken, without waiting for more. */
  readonly untaken: readonly (Packet & { withChecksum: boolean })[];
  /** From now on the computer reads nothing and what the phone writes waits, until the function it returns is called. */
  hang(): () => void;
  /** What the computer said and the phone did not read yet. */
  readonly unread: number;
  /** The computer goes. */
  hangUp(): void;
}

export function makeMemoryWire(): MemoryWire {
  const said: Packet[] = [];
  const heard: (Packet & { withChecksum: boolean })[] = [];
  let wakeReader: (() => void) | undefined;
  let wakeTaker: (() => void) | undefined;
  let isClosed = false;
  let hung: PromiseWithResolvers<void> | undefined;

  const mustWait = () => said.length === 0 && !isClosed;

  function hangUp(): void {
    isClosed = true;
    wakeReader?.();
  }

  return {
    untaken: heard,
    say({ command, arg0 = 0, arg1 = 0, payload = new Uint8Array() }) {
      said.push({ command, arg0, arg1, payload });
      wakeReader?.();
    },
    async take(count) {
      while (heard.length < count) await new Promise<void>((resolve) => (wakeTaker = resolve));
      return heard.splice(0, count);
    },
    get unread() {
      return said.length;
    },
    hang() {
      const { resolve } = (hung = Promise.withResolvers<void>());
      return resolve;
    },
    hangUp,
    async read() {
      while (mustWait()) await new Promise<void>((resolve) => (wakeReader = resolve));
      return isClosed ? undefined : said.shift();
    },
    async write(packet, options) {
      await hung?.promise;
      heard.push({ ...packet, ...options });
      wakeTaker?.();
    },
    close: hangUp,
  };
}
