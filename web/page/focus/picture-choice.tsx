import { createMemo, createSignal, For, type Accessor, type JSX } from "solid-js";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { askedShortEdge } from "../frame/asked-size.ts";
import { createSetting, oneOf } from "../look/setting.ts";

const choices = ["auto", "480", "720", "1080"] as const;
type Choice = (typeof choices)[number];

/** Of video; JPEGs come 5 times a second at most. */
const focusFps = 60;
/** Less than this is not worth the change from one window size to another. */
const leastAutoPx = 480;

/** How sharp the picture in focus is to be. */
export interface PictureChoice {
  choice: Accessor<Choice>;
  choose(choice: Choice): void;
  /** The short edge on the viewer's display has changed, in its pixels. */
  setShownPx(px: number): void;
  wish: Accessor<PictureWish>;
}

export function createPictureChoice(): PictureChoice {
  const [choice, choose] = createSetting<Choice>("focus-picture", "auto", oneOf(choices));
  const [shownPx, setShownPx] = createSignal(leastAutoPx);
  const enough = createMemo((asked?: number) => askedShortEdge(Math.max(leastAutoPx, shownPx()), asked));
  const shortEdge = () => (choice() === "auto" ? enough() : Number(choice()));
  const wish = createMemo((): PictureWish => ({ shortEdge: shortEdge(), fps: focusFps, encoding: "auto" }));
  return { choice, choose, setShownPx, wish };
}

export function PictureSelect(props: { choice: PictureChoice }): JSX.Element {
  return (
    <select
      class="field"
      aria-label="Picture"
      title="How sharp the picture is: Auto is as sharp as it is shown"
      value={props.choice.choice()}
      onChange={(event) => props.choice.choose(choices[event.currentTarget.selectedIndex] ?? "auto")}
    >
      <For each={choices}>
        {(each) => <option value={each}>{each === "auto" ? "Auto" : `${each}p`}</option>}
      </For>
    </select>
  );
}
