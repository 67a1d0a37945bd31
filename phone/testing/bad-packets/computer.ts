import { type ByteReader, makeByteReader } from "../../byte-reader.ts";
import { command, headerLength } from "../../adb/packet.ts";
import { computerId, type Outcome, packet, uint32 } from "./bad-packet.ts";

/** A computer's end of a wire, below packets. */
export interface Line extends Pick<ByteReader, "readExactly"> {
  /** One write; over USB one transfer. */
  send(bytes: Uint8Array): void;
  hangUp(): void;
}

/**
 * A computer that is polite but for what the test makes it say: it acknowledges what it gets, and writes down all but
 * what its own `echo`es are answered with.
 */
export interface Computer {
  /**
   * Packets in the order they came, such as `OKAY p 7 +1000`, `WRTE p 7 "text"`, `CLSE 0 7` and `CNXN with checksum`.
   * `p` is an id of the phone's choosing; +1000 is OKAY's window; bytes that are no text are dots. WRTEs in a row are one.
   */
  readonly transcript: readonly string[];
  /** What the phone has done so far: "waits" until it answers `echo` or ends the connection. */
  readonly outcome: Outcome;
  /** What `echo` has said so far. */
  readonly echoed: string;
  say(transfers: readonly Uint8Array[]): void;
  greet(features: string, most: number): void;
  /** The phone's id of the stream that was opened as `computerId`, once it has told. */
  readonly phoneId: number | undefined;
  /** Opens a stream as `computerId`. */
  open(destination: string): void;
  /** Opens a stream that says "alive". */
  echo(): void;
  forget(): void;
  hangUp(): void;
}

const echoId = 4242;
const names = new Map<number, string>(Object.values(command).map((code) => [code, fourLetters(code)]));

export function makeComputer(line: Line): Computer {
  const transcript: string[] = [];
  const phoneIds = new Set<number>();
  let hasDelayedAcks = false;
  let phoneId: number | undefined;
  let isOver = false;
  let echoed = "";
  let wasWrite = false;
  let acknowledgements = 0;
  let hasEnded = false;

  const say = (transfers: readonly Uint8Array[]) => {
    for (const transfer of transfers) line.send(transfer);
  };

  function writeDown(header: DataView, payload: Uint8Array): void {
    const [code, arg0, arg1] = [
      header.getUint32(0, true),
      header.getUint32(4, true),
      header.getUint32(8, true),
    ];
    if (code === command.okay) {
      phoneIds.add(arg0);
      if (arg1 === computerId) phoneId ??= arg0;
    }
    if (code === command.write) acknowledge(arg1, arg0, payload.byteLength);
    if (arg1 === echoId) {
      if (code === command.write) echoed += new TextDecoder().decode(payload);
      return;
    }
    if (code === command.close) {
      // Says adbd of an OKAY that met the stream's own CLSE on its way. Whether one does is chance.
      if (hasEnded && acknowledgements-- > 0) return;
      hasEnded = true;
    }
    const parts = [names.get(code) ?? code.toString(16)];
    if (code === command.auth) parts.push(`${arg0} ${arg1}`);
    else if (code !== command.connect) parts.push(`${phoneIds.has(arg0) ? "p" : arg0} ${arg1}`);
    if (code === command.okay && payload.byteLength === 4)
      parts.push(`+${new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)}`);
    if (code === command.write) parts.push(JSON.stringify(printable(payload)));
    if (payload.byteLength > 0 && header.getUint32(16, true) !== 0) parts.push("with checksum");
    const text = parts.join(" ");
    const last = transcript.at(-1);
    if (code === command.write && wasWrite && last !== undefined)
      transcript[transcript.length - 1] = joined(last, text);
    else transcript.push(text);
    wasWrite = code === command.write;
  }

  function open(id: number, destination: string): void {
    say(packet(command.open, [id, hasDelayedAcks ? 1000 : 0], destination));
  }

  function acknowledge(id: number, phone: number, bytes: number): void {
    say(packet(command.okay, [id, phone], hasDelayedAcks ? uint32(bytes) : ""));
    if (id === computerId) acknowledgements += 1;
  }

  async function listen(): Promise<void> {
    for (;;) {
      const header = await line.readExactly(headerLength);
      if (!header) break;
      const view = new DataView(header.buffer, header.byteOffset);
      const length = view.getUint32(12, true);
      const payload = length === 0 ? new Uint8Array() : await line.readExactly(length);
      if (!payload) break;
      writeDown(view, payload);
    }
    isOver = true;
  }
  void listen();

  return {
    transcript,
    get outcome() {
      if (isOver) return "dropped";
      return echoed === "" && transcript.length === 0 ? "waits" : transcript;
    },
    get echoed() {
      return echoed;
    },
    get phoneId() {
      return phoneId;
    },
    say,
    greet(features, most) {
      hasDelayedAcks = features.includes("delayed_ack");
      say(packet(command.connect, [0x01000001, most], `host::features=${features}`));
    },
    open: (destination) => open(computerId, destination),
    echo() {
      echoed = "";
      open(echoId, "exec:echo alive");
    },
    forget: () => void transcript.splice(0),
    hangUp: () => line.hangUp(),
  };
}

/** A line of bytes that are sent and come as they like: TCP, or memory. */
export function streamLine(stream: {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}): Line {
  const reader = makeByteReader(stream.readable);
  const writer = stream.writable.getWriter();
  return {
    readExactly: (length) => reader.readExactly(length),
    // The phone may have gone; the end of what is read tells.
    send: (bytes) => void writer.write(bytes).catch(() => undefined),
    hangUp() {
      writer.close().catch(() => undefined);
      reader.cancel();
    },
  };
}

function joined(first: string, second: string): string {
  const at = second.indexOf('"');
  return `${first.slice(0, -1)}${second.slice(at + 1)}`;
}

/** Bytes as text, with dots for what is none. */
export function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const isText = byte === 0x0a || (byte >= 0x20 && byte < 0x7f);
    return isText ? String.fromCharCode(byte) : ".";
  }).join("");
}

function fourLetters(code: number): string {
  return String.fromCharCode(...uint32(code));
}
