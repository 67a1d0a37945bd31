const longestStoredChars = 4096;

/** What the store and the audit trail keep of a command's result: pictures and long output only by their size. */
export function summarizeResult(result: unknown): unknown {
  if (result === undefined) return undefined;
  // As JSON, bytes would be ten times as long, and no bytes are kept anyway.
  const bytes = bytesIn(result);
  if (bytes > 0) return { bytes };
  const isPicture = typeof result === "object" && result !== null && "base64" in result;
  if (!isPicture) return shortOnly(result);
  const { base64, ...rest } = result;
  return shortOnly({ ...rest, base64_chars: typeof base64 === "string" ? base64.length : 0 });
}

function shortOnly(result: unknown): unknown {
  const text = JSON.stringify(result) ?? "null";
  return text.length <= longestStoredChars ? result : { json_chars: text.length };
}

/** Recursion is safe: the schema bounds the depth. */
function bytesIn(value: unknown): number {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesIn(part), 0);
}
