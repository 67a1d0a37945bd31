import { createSignal, Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { useToasts } from "../toast/toasts.ts";
import { GroupNameForm } from "./group-name-form.tsx";

/** Gives the selection a name. */
export function SaveGroup(props: { deviceIds: string[]; hindrance: string | undefined }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const [isNaming, setNaming] = createSignal(false);

  async function save(name: string): Promise<void> {
    setNaming(false);
    const saved = await link.ask("group:save", { name, device_ids: props.deviceIds });
    if (!saved.ok) toasts.fault(saved.fault);
  }

  return (
    <Show
      when={isNaming()}
      fallback={
        <button
          type="button"
          class="button quiet"
          disabled={props.hindrance !== undefined}
          title={props.hindrance}
          onClick={() => setNaming(true)}
        >
          Save as group
        </button>
      }
    >
      <GroupNameForm
        name=""
        mayReplace
        onName={(name) => void save(name)}
        onCancel={() => setNaming(false)}
      />
    </Show>
  );
}
