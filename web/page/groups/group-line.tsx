import { createSignal, Match, Switch, type JSX } from "solid-js";
import type { Group } from "../../../protocol/group.ts";
import { hindranceOf } from "../lease/hindrance.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { useToasts } from "../toast/toasts.ts";
import { GroupNameForm } from "./group-name-form.tsx";

/** One group of the menu: select it, rename it, delete it after being asked. */
export function GroupLine(props: { group: Group; onSelect: () => void }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const [mode, setMode] = createSignal<"shown" | "renaming" | "deleting">("shown");

  async function rename(name: string): Promise<void> {
    const { name: before, device_ids } = props.group;
    setMode("shown");
    if (name === before) return;
    // The new one first: whatever fails, no members are lost.
    const saved = await link.ask("group:save", { name, device_ids: [...device_ids] });
    if (!saved.ok) return toasts.fault(saved.fault);
    await remove(before);
  }

  async function remove(name: string): Promise<void> {
    setMode("shown");
    const removed = await link.ask("group:delete", { name });
    if (!removed.ok) toasts.fault(removed.fault);
  }

  return (
    <li class="group-line">
      <Switch>
        <Match when={mode() === "shown"}>
          <button type="button" class="button quiet group-name" onClick={() => props.onSelect()}>
            <span class="clip grow">{props.group.name}</span>
            <span class="muted">{props.group.device_ids.length}</span>
          </button>
          <fieldset class="row" disabled={hindranceOf(link) !== undefined} title={hindranceOf(link)}>
            <button
              type="button"
              class="button quiet icon"
              aria-label={`Rename ${props.group.name}`}
              title="Rename"
              onClick={() => setMode("renaming")}
            >
              <Icon name="pencil" />
            </button>
            <button
              type="button"
              class="button quiet icon"
              aria-label={`Delete ${props.group.name}`}
              title="Delete"
              onClick={() => setMode("deleting")}
            >
              <Icon name="bin" />
            </button>
          </fieldset>
        </Match>
        <Match when={mode() === "renaming"}>
          <GroupNameForm
            name={props.group.name}
            mayReplace={false}
            onName={(name) => void rename(name)}
            onCancel={() => setMode("shown")}
          />
        </Match>
        <Match when={mode() === "deleting"}>
          <span class="grow clip">Delete “{props.group.name}”?</span>
          <button
            type="button"
            class="button primary"
            ref={(button) => queueMicrotask(() => button.focus())}
            onClick={() => void remove(props.group.name)}
          >
            Delete
          </button>
          <button type="button" class="button" onClick={() => setMode("shown")}>
            Keep
          </button>
        </Match>
      </Switch>
    </li>
  );
}
