/** How tiles of one size stand in a grid that is scrolled. CSS pixels. */
export interface GridLayout {
  columns: number;
  tileWidth: number;
  /** From the top of one row to the top of the next. */
  rowStep: number;
  gap: number;
}

/** Rows, the last one included. */
export interface RowRange {
  first: number;
  last: number;
}

/** As many columns as fit, stretched to the whole width. */
export function layColumns(width: number, leastTileWidth: number, gap: number) {
  const columns = Math.max(1, Math.floor((width + gap) / (leastTileWidth + gap)));
  return { columns, tileWidth: (width - gap * (columns - 1)) / columns };
}

/** The rows of which something is between `top` and `top + height`; `last` is before `first` when there are none. */
export function rowsBetween(top: number, height: number, rows: number, layout: GridLayout): RowRange {
  if (height <= 0) return { first: 0, last: -1 };
  const first = Math.max(0, Math.floor((top + layout.gap) / layout.rowStep));
  const last = Math.min(rows - 1, Math.floor((top + height - 1) / layout.rowStep));
  return { first, last };
}

export function rowCount(tiles: number, { columns }: GridLayout): number {
  return Math.ceil(tiles / columns);
}

export function placeOf(index: number, { columns, tileWidth, rowStep, gap }: GridLayout) {
  return { left: (index % columns) * (tileWidth + gap), top: Math.floor(index / columns) * rowStep };
}

/** Where a key leads from the tile at `index`; undefined when it is no such key. */
export function indexAfterKey(
  key: string,
  index: number,
  tiles: number,
  { columns }: GridLayout,
  rowsOnPage: number,
): number | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * Math.max(1, rowsOnPage - 1),
    PageDown: columns * Math.max(1, rowsOnPage - 1),
    Home: -index,
    End: tiles - 1 - index,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(tiles - 1, Math.max(0, index + step));
}
