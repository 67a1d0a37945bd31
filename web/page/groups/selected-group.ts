import type { Group } from "../../../protocol/group.ts";

/** Which group a selection is, in words: one whose known members are just what is selected. */
export function selectedGroupWords(
  ids: ReadonlySet<string>,
  groups: readonly Group[],
  isKnown: (id: string) => boolean,
): string | undefined {
  for (const group of groups) {
    const known = group.device_ids.filter(isKnown);
    if (known.length !== ids.size || !known.every((id) => ids.has(id))) continue;
    const missing = group.device_ids.length - known.length;
    return missing === 0 ? group.name : `${group.name}, ${missing} of it not known`;
  }
  return undefined;
}
