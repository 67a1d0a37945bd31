const longestStoredChars = 4096;

/** What the store and the audit trail keep of a command's result: pictures and long output only by their size. */
export function summarizeResult(result: unknown): unknown {
  if (result === undefined) return undefined;
  const isPicture = typeof result === "object" && result !== null && "base64" in result;
  if (isPicture) {
    const { base64, ...rest } = result;
    return { ...rest, base64_chars: typeof base64 === "string" ? base64.length : 0 };
  }
  const text = JSON.stringify(result) ?? "null";
  return text.length <= longestStoredChars ? result : { json_chars: text.length };
}
