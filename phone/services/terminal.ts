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
/** ESC with a CSI or SS3 sequence behind it, as cursor and function keys send. */
const escapeSequence = new RegExp(`${String.fromCharCode(0x1b)}(?:\\[[0-9;?]*[ -/]*[@-~]|O.)?`, "g");

export function makeTerminal(options: { screen: Output; onInterrupt(): void }): Terminal {
  const lines: (Uint8Array | "end")[] = [];
  let wake: (() => void) | undefined;
  let isEnded = false;
  let line = "";
  const decoder = new TextDecoder();
  const echo = (text: string) => options.screen(encoder.encode(text));

  function push(entry: Uint8Array | "end"): void {
    lines.push(entry);
    wake?.();
  }

  async function typeCharacter(character: string): Promise<void> {
    if (character === "\r" || character === "\n") {
      push(encoder.encode(`${line}\n`));
      line = "";
      await echo("\r\n");
    } else if (character === "\x03") {
      line = "";
      await echo("^C\r\n");
      options.onInterrupt();
    } else if (character === "\x04") {
      // On a line that has begun, ^D only hands over what is there; that is not worth having here.
      if (line === "") push("end");
    } else if (character === "\x7f" || character === "\b") {
      if (line !== "") await echo("\b \b");
      line = Array.from(line).slice(0, -1).join("");
    } else if (character === "\x15") {
      await echo("\b \b".repeat(Array.from(line).length));
      line = "";
    } else if (character >= " ") {
      line += character;
      await echo(character);
    }
  }

  return {
    input: {
      async read() {
        while (lines.length === 0) {
          if (isEnded) return undefined;
          await new Promise<void>((resolve) => (wake = resolve));
        }
        const entry = lines.shift();
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
      for (const character of text) await typeCharacter(character);
    },
    end() {
      isEnded = true;
      wake?.();
    },
  };
}
