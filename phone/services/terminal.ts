import type { Input, Output } from "../android/process.ts";

/** The pseudo-terminal between a computer's keyboard and a program: echo, line editing, ^C and ^D. */
export interface Terminal {
  /** What the program reads: whole lines. */
  input: Input;
  /** What the program writes to: line feeds become CR LF. */
  output: Output;
  /** Keys from the computer. */
  type: (bytes: Uint8Array) => Promise<void>;
  /** The computer has gone or closed its side. */
  end: () => void;
}

const encoder = new TextEncoder();
/** What a line has room for, as in Linux's terminals: the rest of it is lost. */
const mostLineLength = 4095;
/** Lines beyond this that no program reads make the computer wait. */
const mostUnreadBytes = 64 * 1024;
/** ESC with a CSI or SS3 sequence behind it, as cursor and function keys send. */
const escapeSequence = new RegExp(`${String.fromCharCode(0x1b)}(?:\\[[0-9;?]*[ -/]*[@-~]|O.)?`, "g");

export function makeTerminal(options: { screen: Output; onInterrupt: () => void }): Terminal {
  const lines: (Uint8Array | "end")[] = [];
  let unreadBytes = 0;
  let wake: (() => void) | undefined;
  let lineRead: (() => void) | undefined;
  let isEnded = false;
  let line = "";
  const decoder = new TextDecoder();

  function push(entry: Uint8Array | "end"): void {
    lines.push(entry);
    unreadBytes += entry.length;
    wake?.();
  }

  /** Answers what the screen shows for it. */
  function typeCharacter(character: string): string {
    if (character === "\r" || character === "\n") {
      push(encoder.encode(`${line}\n`));
      line = "";
      return "\r\n";
    }
    if (character === "\x03") {
      line = "";
      // After the "^C" is on the screen.
      queueMicrotask(options.onInterrupt);
      return "^C";
    }
    if (character === "\x04") {
      // On a line that has begun, ^D only hands over what is there; that is not worth having here.
      if (line === "") push("end");
      return "";
    }
    if (character === "\x7f" || character === "\b") return erase(1);
    // ^U
    if (character === "\x15") return erase(Infinity);
    if (character < " " || line.length >= mostLineLength) return "";
    line += character;
    return character;
  }

  const mustWait = () => unreadBytes > mostUnreadBytes;

  function erase(most: number): string {
    const characters = Array.from(line);
    const count = Math.min(most, characters.length);
    line = characters.slice(0, characters.length - count).join("");
    return "\b \b".repeat(count);
  }

  return {
    input: {
      async read() {
        while (lines.length === 0) {
          if (isEnded) return undefined;
          await new Promise<void>((resolve) => (wake = resolve));
        }
        const entry = lines.shift();
        unreadBytes -= entry?.length ?? 0;
        lineRead?.();
        return entry === "end" ? undefined : entry;
      },
    },
    output: async (bytes) => {
      if (!bytes.includes(0x0a)) return await options.screen(bytes);
      const translated: number[] = [];
      for (const byte of bytes) {
        if (byte === 0x0a) translated.push(0x0d);
        translated.push(byte);
      }
      await options.screen(Uint8Array.from(translated));
    },
    async type(bytes) {
      // Cursor keys and the like are no text.
      const text = decoder.decode(bytes, { stream: true }).replace(escapeSequence, "");
      // At once, before the program reads a line: what is typed ahead is shown whole, as a kernel's terminal does.
      await options.screen(encoder.encode(Array.from(text, typeCharacter).join("")));
      while (mustWait()) await new Promise<void>((resolve) => (lineRead = resolve));
    },
    end() {
      isEnded = true;
      wake?.();
    },
  };
}
