/** What a number, a boolean or a bracket with its comma counts for. */
const smallBytes = 2;

/**
 * Whether a payload that came as JSON and bytes is larger than that, without writing it down: every value, key, bracket
 * and byte counts, and counting ends where the bound is passed. Nothing is walked by recursion.
 */
export function isLargerThan(mostBytes: number, payload: unknown): boolean {
  const open: unknown[] = [payload];
  let bytes = 0;
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    if (typeof value === "string") bytes += value.length + smallBytes;
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (Array.isArray(value)) {
      bytes += smallBytes * (value.length + 1);
      if (bytes > mostBytes) return true;
      // Not spread: an array may be longer than the arguments of a call.
      for (const item of value) open.push(item);
    } else if (typeof value === "object" && value !== null) {
      bytes += smallBytes;
      for (const key in value) {
        bytes += key.length + 2 * smallBytes;
        if (bytes > mostBytes) return true;
        open.push(Reflect.get(value, key));
      }
    } else bytes += smallBytes;
    if (bytes > mostBytes) return true;
  }
  return false;
}
