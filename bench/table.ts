import { machine } from "./machine.ts";

export type Row = Record<string, string | number>;

/** Prints rows that share their columns, what they are, and what machine they are of. */
export function printTable(title: string, rows: Row[]): void {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => written(row[name] ?? "")))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  const text = lines.map((line) => line.map(pad).join("  "));
  process.stdout.write([title, ...text, machine(), ""].join("\n"));
}

/** The row that says how the first of two sides compares with the second. */
export function ratioRow(name: string, one: Row, other: Row): Row {
  const row: Row = {};
  for (const [column, figure] of Object.entries(one)) {
    const base = other[column];
    row[column] = typeof figure === "number" && typeof base === "number" ? figure / base : name;
  }
  return row;
}

/** Three digits are as exact as any of this is. */
function written(cell: string | number): string {
  if (typeof cell === "string") return cell;
  return Math.abs(cell) >= 100 ? cell.toFixed(0) : cell.toPrecision(3);
}
