import type { ControlHold, ControlHoldNeeds } from "./control-hold.ts";
import type { Mirror } from "./mirror.ts";

/** Everybody who holds the control of one device. */
export interface ControlHolds {
  readonly isEmpty: boolean;
  add(needs: ControlHoldNeeds): ControlHold;
  /** Whether a finger is down on what this session shows: it is not to be ended before it is up. */
  isTouching(mirror: Mirror): boolean;
  /** This session has ended, whatever is down on it. */
  forget(mirror: Mirror): void;
  onClipboard(text: string): void;
  onFailure(detail: string): void;
}

interface Held {
  needs: ControlHoldNeeds;
  /** Where the finger went down. */
  touched: Mirror | undefined;
}

export interface ControlHoldsNeeds {
  /** The session that is shown; undefined while none is up. */
  shown: () => Mirror | undefined;
  /** Somebody began or ended holding, or a finger is up. */
  onChange: () => void;
}

export function makeControlHolds({ shown, onChange }: ControlHoldsNeeds): ControlHolds {
  const holds = new Set<Held>();

  return {
    get isEmpty() {
      return holds.size === 0;
    },
    add(needs) {
      const held: Held = { needs, touched: undefined };
      holds.add(held);
      onChange();
      return {
        send: (messages, isTouching) => {
          const to = held.touched ?? shown();
          to?.live()
            ?.control.send(messages)
            .catch(() => undefined);
          const was = held.touched;
          held.touched = isTouching ? to : undefined;
          if (was !== undefined && held.touched === undefined) onChange();
        },
        place: () => (held.touched ?? shown())?.place(),
        release: () => {
          if (holds.delete(held)) onChange();
        },
      };
    },
    isTouching: (mirror) => [...holds].some(({ touched }) => touched === mirror),
    forget(mirror) {
      for (const held of holds) if (held.touched === mirror) held.touched = undefined;
    },
    onClipboard(text) {
      for (const { needs } of holds) needs.onClipboard(text);
    },
    onFailure(detail) {
      for (const { needs } of holds) needs.onFailure(detail);
    },
  };
}
