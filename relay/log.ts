/** One line for each notable thing, without secrets and without line breaks. */
export type Log = (line: string) => void;

/** What a bug left behind, as one line. */
export function describeBug(bug: unknown): string {
  const text = bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
  // Whatever a terminal would obey may come from a client by way of a message.
  return text
    .replaceAll(/\s*\n\s*/g, " | ")
    .replaceAll(/\p{Cc}|\p{Zl}|\p{Zp}/gu, " ")
    .slice(0, 2000);
}
