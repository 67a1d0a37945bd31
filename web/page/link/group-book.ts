import { createStore, reconcile } from "solid-js/store";
import type * as v from "valibot";
import type { Group, groupChanged } from "../../../protocol/group.ts";

/** Keeps the farm's groups, in the order of their names. */
export function makeGroupBook() {
  const [state, setState] = createStore<{ groups: Group[] }>({ groups: [] });

  function put(groups: readonly Group[]): void {
    const sorted = groups.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    setState("groups", reconcile(sorted, { key: "name" }));
  }

  return {
    state,
    replace: put,
    change({ name, device_ids }: v.InferOutput<typeof groupChanged>): void {
      const others = state.groups.filter((group) => group.name !== name);
      put(device_ids === undefined ? others : [...others, { name, device_ids }]);
    },
  };
}
