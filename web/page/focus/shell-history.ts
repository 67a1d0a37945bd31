/** The commands run before, gone through with the arrows as in a terminal. */
export interface ShellHistory {
  add(command: string): void;
  /** `typed` is what stands in the box: it comes back below the newest. */
  older(typed: string): string | undefined;
  newer(): string | undefined;
}

const maxKept = 100;

export function makeShellHistory(): ShellHistory {
  const kept: string[] = [];
  let at = 0;
  let draft = "";
  return {
    add(command) {
      if (kept.at(-1) !== command) kept.push(command);
      if (kept.length > maxKept) kept.shift();
      at = kept.length;
    },
    older(typed) {
      if (at === 0) return undefined;
      if (at === kept.length) draft = typed;
      at -= 1;
      return kept[at];
    },
    newer() {
      if (at >= kept.length) return undefined;
      at += 1;
      return kept[at] ?? draft;
    },
  };
}
