import { For, Show, type JSX } from "solid-js";
import { Icon } from "../look/icon.tsx";
import "./toast.css";
import { useToasts } from "./toasts.ts";

export function ToastList(props: { children?: JSX.Element }): JSX.Element {
  const toasts = useToasts();
  return (
    <div class="toasts" role="region" aria-label="Messages" aria-live="polite">
      {props.children}
      <For each={toasts.list()}>
        {(toast) => (
          <div class="toast card" classList={{ note: toast.isNote === true }}>
            <div class="grow">
              <p class="toast-title">
                {toast.title}
                <Show when={toast.count > 1}> ×{toast.count}</Show>
              </p>
              <Show when={toast.advice}>
                <p class="muted">{toast.advice}</p>
              </Show>
              <Show when={toast.code}>
                <p class="muted mono">{toast.code}</p>
              </Show>
            </div>
            <button
              type="button"
              class="button quiet icon"
              aria-label="Dismiss message"
              onClick={() => toasts.dismiss(toast.id)}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
      </For>
    </div>
  );
}
