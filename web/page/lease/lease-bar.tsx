import { createSignal, Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { clockWords } from "../look/clock.ts";
import { useToasts } from "../toast/toasts.ts";
import { hindranceOf, otherHolderOf } from "./hindrance.ts";
import "./lease.css";

/** Who holds the device in focus, and what this person can do about it. */
export function LeaseBar(props: { deviceId: string }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const [isAsking, setAsking] = createSignal(false);
  const [isWaiting, setWaiting] = createSignal(false);
  const lease = () => link.leases.held[props.deviceId];
  const other = () => otherHolderOf(link, props.deviceId);
  const hindrance = () => hindranceOf(link);
  const isOver = () => other() !== undefined;

  const words = () => {
    const holder = other();
    const reason = hindrance();
    if (reason !== undefined) return holder === undefined ? reason : `${reason}. ${holder}`;
    if (holder !== undefined) return holder;
    const mine = lease();
    return mine === undefined
      ? "Free: any operator may drive it"
      : `You hold it until ${clockWords(mine.expires_at)}`;
  };

  async function change(kind: "take" | "drop", isOver = false): Promise<void> {
    setAsking(false);
    setWaiting(true);
    const device = { device_id: props.deviceId };
    const answer =
      kind === "drop"
        ? await link.ask("lease:drop", device)
        : await link.ask("lease:take", isOver ? { ...device, take_over: true } : device);
    setWaiting(false);
    if (!answer.ok) toasts.fault(answer.fault);
  }

  function press(): void {
    if (isOver()) setAsking(true);
    else void change(lease() === undefined ? "take" : "drop");
  }

  /** One button for all of it, so that the keyboard stays where it is. */
  const action = () => {
    if (isOver()) return link.state.role === "admin" ? "Take over" : undefined;
    return lease() === undefined ? "Take" : "Release";
  };

  return (
    <div class="lease-bar" classList={{ other: isOver(), mine: lease() !== undefined && !isOver() }}>
      <Show
        when={isAsking() && isOver()}
        fallback={
          <>
            <span class="grow clip" role="status" title={words()}>
              {words()}
            </span>
            <Show when={link.state.role !== "viewer" && action()}>
              {(action) => (
                <button
                  type="button"
                  class="button"
                  disabled={hindrance() !== undefined || isWaiting()}
                  title={hindrance()}
                  onClick={press}
                >
                  {action()}
                </button>
              )}
            </Show>
          </>
        }
      >
        <span class="grow clip">Take it away from {lease()?.actor}?</span>
        <button
          type="button"
          class="button primary"
          ref={(button) => queueMicrotask(() => button.focus())}
          onClick={() => void change("take", true)}
        >
          Take over
        </button>
        <button type="button" class="button" onClick={() => setAsking(false)}>
          Leave it
        </button>
      </Show>
    </div>
  );
}
