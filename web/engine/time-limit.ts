/** Thrown by `withTimeLimit`; the message names what took too long. */
export class TimeLimitError extends Error {
  override name = "TimeLimitError";
}

/** Rejects with a `TimeLimitError` when `work` is not done in time. The work itself goes on: its owner ends it. */
export async function withTimeLimit<T>(what: string, limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new TimeLimitError(`${what} took longer than ${limitMs / 1000} s`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
