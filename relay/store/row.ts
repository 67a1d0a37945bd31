import type { SQLInputValue, SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

/** A value as JSON text for a column; nothing is NULL. */
export function jsonText(value: unknown): SQLInputValue {
  return value === undefined ? null : JSON.stringify(value);
}

export function jsonOf(text: SQLOutputValue | undefined): unknown {
  return JSON.parse(String(text ?? null));
}
