import { createSignal, For, type JSX } from "solid-js";
import type { Point } from "./screen-point.ts";

export interface TouchMark {
  id: number;
  from: Point;
  to: Point;
}

/** Where the hand went, at once: the phone's own answer takes a frame. Positions are CSS pixels of the stage. */
export function createTouchMarks() {
  const [marks, setMarks] = createSignal<TouchMark[]>([]);
  let lastId = 0;
  return {
    marks,
    add(from: Point, to: Point): void {
      lastId += 1;
      setMarks((marks) => [...marks.slice(-7), { id: lastId, from, to }]);
    },
    remove(id: number): void {
      setMarks((marks) => marks.filter((mark) => mark.id !== id));
    },
  };
}

export function TouchMarks(props: { marks: TouchMark[]; onEnd: (id: number) => void }): JSX.Element {
  return (
    <svg class="marks" aria-hidden="true">
      <For each={props.marks}>
        {(mark) => (
          <g class="mark" onAnimationEnd={() => props.onEnd(mark.id)}>
            <line x1={mark.from.x} y1={mark.from.y} x2={mark.to.x} y2={mark.to.y} />
            <circle cx={mark.to.x} cy={mark.to.y} r="13" />
          </g>
        )}
      </For>
    </svg>
  );
}
