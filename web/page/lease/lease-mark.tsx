import { Show, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { clockWords } from "../look/clock.ts";
import "./lease.css";

/** On a tile: who holds the device. */
export function LeaseMark(props: { deviceId: string }): JSX.Element {
  const link = useLink();
  return (
    <Show when={link.leases.held[props.deviceId]}>
      {(lease) => {
        const isMine = () => lease().actor === link.state.actor;
        return (
          <span
            class="lease-mark clip"
            classList={{ mine: isMine() }}
            title={`Held by ${isMine() ? "you" : lease().actor} until ${clockWords(lease().expires_at)}`}
          >
            <span class="visually-hidden">Held by </span>
            {isMine() ? "you" : lease().actor}
          </span>
        );
      }}
    </Show>
  );
}
