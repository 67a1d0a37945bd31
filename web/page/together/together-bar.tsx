import { createMemo, Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { labelOf, modelOf } from "../wall/device-words.ts";
import "./together.css";
import { useTogether } from "./together.ts";

/** Always there while several devices are driven together: nobody taps on many phones without knowing it. */
export function TogetherBar(props: { onOpen: (deviceId: string) => void }): JSX.Element {
  const link = useLink();
  const together = useTogether();
  const modelOfId = (id: string): string => {
    const device = link.book.devices[id];
    return device === undefined ? "a forgotten phone" : modelOf(device);
  };
  const roles = createMemo(() =>
    together.ids().map((id) => ({ id, role: together.roleOf(id) ?? { kind: "out" as const, why: "" } })),
  );
  const followers = () => roles().filter(({ role }) => role.kind === "follower");
  const out = () => roles().flatMap(({ id, role }) => (role.kind === "out" ? [{ id, why: role.why }] : []));
  const drifted = () =>
    followers().filter(({ role }) => role.kind === "follower" && role.looks === "different");
  const unseen = () => followers().filter(({ role }) => role.kind === "follower" && role.looks === "unseen");
  const listOf = (some: { id: string; why?: string }[]): string =>
    some
      .map(({ id, why }) => {
        const device = link.book.devices[id];
        const name = device === undefined ? id : labelOf(device);
        return why === undefined ? name : `${name}: ${why}`;
      })
      .join("\n");
  /** One that can be opened: the first that nobody else holds. */
  const first = () => together.ids().find((id) => link.book.devices[id]?.health_status === "healthy");

  return (
    <Show when={together.ids().length > 0}>
      <div class="together" role="region" aria-label="Driven together" aria-live="polite">
        <Show
          when={together.master()}
          fallback={
            <>
              <strong>{together.ids().length} phones to drive together.</strong>
              <span class="grow">Open one of them: the others do what you do on it.</span>
              <Show when={first()}>
                {(id) => (
                  <button type="button" class="button" onClick={() => props.onOpen(id())}>
                    Open {modelOfId(id())}
                  </button>
                )}
              </Show>
            </>
          }
        >
          {(master) => (
            <>
              <strong>Driving {followers().length + 1} phones together.</strong>
              <span>
                {followers().length === 0
                  ? `Only ${modelOfId(master())} does what you do.`
                  : `What you do on ${modelOfId(master())} happens on all of them.`}
              </span>
              <Show when={drifted().length > 0}>
                <span class="badge warn" title={listOf(drifted())}>
                  {drifted().length} on another screen
                </span>
                <button
                  type="button"
                  class="button"
                  title={listOf(drifted())}
                  onClick={() => together.leaveOut(drifted().map(({ id }) => id))}
                >
                  Leave {drifted().length === 1 ? "it" : "them"} out
                </button>
              </Show>
              <Show when={unseen().length > 0}>
                <span class="muted" title={listOf(unseen())}>
                  {unseen().length} not compared
                </span>
              </Show>
              <Show when={out().length > 0}>
                <span class="together-out clip" title={listOf(out())}>
                  {out().length} left out: {outWords(out(), modelOfId)}
                </span>
              </Show>
              <span class="grow" />
            </>
          )}
        </Show>
        <button type="button" class="button primary" onClick={() => together.stop()}>
          Stop driving together
        </button>
      </div>
    </Show>
  );
}

/** The first ones by name; the title has all of them. */
function outWords(out: { id: string; why: string }[], nameOf: (id: string) => string): string {
  const some = out.slice(0, 2).map(({ id, why }) => `${nameOf(id)} (${why})`);
  return [...some, ...(out.length > 2 ? [`${out.length - 2} more`] : [])].join(", ");
}
