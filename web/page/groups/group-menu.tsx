import { For, onCleanup, onMount, type JSX } from "solid-js";
import type { Group } from "../../../protocol/group.ts";
import { useLink } from "../link/use-link.ts";
import { GroupLine } from "./group-line.tsx";
import "./groups.css";

/** The farm's groups: a click selects the members of one. */
export function GroupMenu(props: { onSelect: (group: Group) => void }): JSX.Element {
  const link = useLink();
  let menu!: HTMLDetailsElement;
  let summary!: HTMLElement;
  let sheet!: HTMLUListElement;

  function close(): void {
    menu.open = false;
    summary.focus({ preventScroll: true });
  }

  function closeFromOutside(event: Event): void {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  }

  /** The button may be anywhere on the wall's bar, and the sheet is wider than it. */
  function keepInside(): void {
    const bar = menu.closest(".tools");
    sheet.style.translate = "";
    if (bar === null) return;
    const spillPx = sheet.getBoundingClientRect().right - bar.getBoundingClientRect().right + 10;
    if (spillPx > 0) sheet.style.translate = `${-spillPx}px`;
  }

  onMount(() => {
    document.addEventListener("pointerdown", closeFromOutside);
    document.addEventListener("focusin", closeFromOutside);
  });
  onCleanup(() => {
    document.removeEventListener("pointerdown", closeFromOutside);
    document.removeEventListener("focusin", closeFromOutside);
  });

  return (
    <details
      class="menu"
      ref={(element) => {
        menu = element;
      }}
      onToggle={keepInside}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !menu.open) return;
        event.stopPropagation();
        close();
      }}
    >
      <summary
        class="button quiet"
        title="Select the members of a group"
        ref={(element) => {
          summary = element;
        }}
      >
        Groups <span class="muted">{link.groups.groups.length}</span>
      </summary>
      <ul
        class="menu-sheet card"
        aria-label="Groups"
        ref={(element) => {
          sheet = element;
        }}
      >
        <For
          each={link.groups.groups}
          fallback={<li class="muted">Select some devices, then press “Save as group”.</li>}
        >
          {(group) => (
            <GroupLine
              group={group}
              onSelect={() => {
                close();
                props.onSelect(group);
              }}
            />
          )}
        </For>
      </ul>
    </details>
  );
}
