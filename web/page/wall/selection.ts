/** What is selected, and where a range would start. Plain data: each step gives a new one. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor?: string;
}

export const noSelection: Selection = { ids: new Set() };

export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/** Adds everything from the anchor to `id` in the order shown; without a shown anchor, only `id`. */
export function extendedTo(selection: Selection, id: string, shown: readonly string[]): Selection {
  const from = selection.anchor === undefined ? -1 : shown.indexOf(selection.anchor);
  const to = shown.indexOf(id);
  if (from < 0 || to < 0) return { ids: new Set([...selection.ids, id]), anchor: id };
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchor: shown[from] ?? id };
}

export function withAll(selection: Selection, shown: readonly string[]): Selection {
  return { ...selection, ids: new Set([...selection.ids, ...shown]) };
}

/** Devices that the relay forgot are not selected either. */
export function keptTo(selection: Selection, isKnown: (id: string) => boolean): Selection {
  const ids = [...selection.ids].filter(isKnown);
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}
