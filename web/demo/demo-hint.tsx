import { Show, type JSX } from "solid-js";
import { Icon } from "../page/look/icon.tsx";
import { createSetting, oneOf } from "../page/look/setting.ts";

/** What a newcomer may try first. Once closed it stays away. */
export function DemoHint(): JSX.Element {
  const [hint, setHint] = createSetting("demo-hint", "shown", oneOf(["shown", "closed"]));
  return (
    <Show when={hint() === "shown"}>
      <aside class="demo-hint" aria-label="What to try">
        <Icon name="bolt" />
        <p>
          <strong>Try it:</strong> click a phone on the dashboard, then tap and type on its large screen. Or
          pull a cable or break a phone on the farm PC's desk.
        </p>
        <button type="button" class="button quiet" onClick={() => setHint("closed")}>
          Got it
        </button>
      </aside>
    </Show>
  );
}
