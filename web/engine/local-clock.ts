/** This machine's clock, Unix milliseconds with a fraction; never set back while this thread lives. */
export function localNowMs(): number {
  return performance.timeOrigin + performance.now();
}
