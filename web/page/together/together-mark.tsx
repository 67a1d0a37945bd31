import { createMemo, Show, type JSX } from "solid-js";
import { useTogether } from "./together.ts";

/** On a tile: what the device does while several are driven together. */
export function TogetherMark(props: { deviceId: string }): JSX.Element {
  const together = useTogether();
  const mark = createMemo(() => {
    const role = together.roleOf(props.deviceId);
    if (role === undefined) return undefined;
    if (role.kind === "master") return { words: "Driven by hand", tone: "master", title: "" };
    if (role.kind === "out") return { words: "Left out", tone: "out", title: role.why };
    if (role.looks === "different") {
      return {
        words: "Another screen",
        tone: "different",
        title: "It shows something else than the one in your hand",
      };
    }
    return { words: "Follows", tone: "follows", title: "It does what the one in your hand does" };
  });
  return (
    <Show when={mark()}>
      {(mark) => (
        <span class={`together-mark ${mark().tone}`} title={mark().title}>
          {mark().words}
        </span>
      )}
    </Show>
  );
}
