/** One line for each notable thing, without secrets and without line breaks. */
export type Log = (line: string) => void;

/** What a bug left behind, as one line. */
export function describeBug(bug: unknown): string {
  const text = bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
  return text.replaceAll(/\s*\n\s*/g, " | ").slice(0, 2000);
}
