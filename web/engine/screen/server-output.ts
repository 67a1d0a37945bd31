const mostLines = 5;

interface Readable<T> {
  getReader(): { read(): Promise<{ done: boolean; value?: T | undefined }> };
}

/** Reads to the end: what is not read holds the device up. */
export async function drain<T>(stream: Readable<T>, onItem: (item: T) => void): Promise<void> {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (part.value !== undefined) onItem(part.value);
  }
}

/** The last lines that a server printed, which say why it ended. */
export interface LastWords {
  add(line: string): void;
  /** "" when it said nothing. */
  text(): string;
}

export function makeLastWords(): LastWords {
  const lines: string[] = [];
  return {
    add: (line) => {
      if (line.trim() === "") return;
      lines.push(line.trim());
      if (lines.length > mostLines) lines.shift();
    },
    text: () => lines.join(" "),
  };
}
