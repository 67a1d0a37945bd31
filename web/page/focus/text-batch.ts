/** Joins what is typed quickly into one `text` command. */
export interface TextBatch {
  add(text: string): void;
  /** Sends what waits, now: a key must not overtake the text before it. */
  flush(): void;
}

export function makeTextBatch(send: (text: string) => void, waitMs = 150): TextBatch {
  let waiting = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === "") return;
    const text = waiting;
    waiting = "";
    send(text);
  }

  return {
    add(text) {
      waiting += text;
      // Counted from the first character, so that steady typing is not held back.
      timer ??= setTimeout(flush, waitMs);
    },
    flush,
  };
}
