import { Show, type JSX } from "solid-js";
import { Icon } from "../look/icon.tsx";

export function NoPhones(props: { isStarted: boolean }): JSX.Element {
  return (
    <div class="empty">
      <Icon name="phone" size={34} />
      <Show when={props.isStarted} fallback={<h2>Press “Start” to make this PC part of the farm</h2>}>
        <h2>No phone yet</h2>
        <ol>
          <li>On the phone: Settings → About phone → tap “Build number” seven times.</li>
          <li>Settings → System → Developer options → turn on “USB debugging”.</li>
          <li>Plug the phone into this PC.</li>
          <li>Press “Add a phone” and choose it in Chrome's list.</li>
        </ol>
        <p class="muted">Chrome asks once for each phone; after that it is claimed by itself.</p>
      </Show>
    </div>
  );
}
