import { createSignal, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";

/** Asks for a group's name. One that another group has is refused, or said to be replaced. */
export function GroupNameForm(props: {
  name: string;
  mayReplace: boolean;
  onName: (name: string) => void;
  onCancel: () => void;
}): JSX.Element {
  const link = useLink();
  const [draft, setDraft] = createSignal<string>();
  const name = () => (draft() ?? props.name).trim();
  const isTaken = () => name() !== props.name && link.groups.groups.some((group) => group.name === name());
  const isUsable = () => name() !== "" && (props.mayReplace || !isTaken());
  const verb = () => {
    if (!isTaken()) return "Save";
    return props.mayReplace ? "Replace" : "Taken";
  };

  return (
    <form
      class="row grow"
      onSubmit={(event) => {
        event.preventDefault();
        if (isUsable()) props.onName(name());
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        props.onCancel();
      }}
    >
      <input
        class="field"
        aria-label="Name of the group"
        placeholder="Name of the group"
        autocomplete="off"
        maxlength={256}
        value={draft() ?? props.name}
        aria-invalid={!isUsable() && name() !== ""}
        ref={(field) => queueMicrotask(() => field.select())}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      <button type="submit" class="button primary" disabled={!isUsable()}>
        {verb()}
      </button>
      <button type="button" class="button quiet icon" aria-label="Cancel" onClick={() => props.onCancel()}>
        <Icon name="close" />
      </button>
    </form>
  );
}
