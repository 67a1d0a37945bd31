import { For, Show, type JSX } from "solid-js";
import type { SentReport, StreamReport } from "../../../protocol/engine.ts";
import { rateWords } from "./state-words.ts";

/** What is sent of a phone that is watched, and what there is too little of. */
export function StreamLine(props: { stream: StreamReport }): JSX.Element {
  return (
    <>
      <Show when={props.stream.sent.length > 0} fallback={<span>watched</span>}>
        <For each={props.stream.sent}>
          {(sent) => (
            <span>
              {whatWords[sent.what]} {sent.size.width} × {sent.size.height} · {rateOf(sent)}
            </span>
          )}
        </For>
      </Show>
      <Show when={props.stream.reduced}>
        {(reduced) => (
          <span class="badge warn">
            {lessWords(reduced())}: {lackWords[reduced().lack]}
          </span>
        )}
      </Show>
    </>
  );
}

/** A still screen sends nothing, and that is how it should be. */
function rateOf({ framesPerSecond, bytesPerSecond }: SentReport): string {
  return framesPerSecond === 0 ? "still" : `${framesPerSecond.toFixed(1)} fps · ${rateWords(bytesPerSecond)}`;
}

type Reduced = NonNullable<StreamReport["reduced"]>;

function lessWords({ fps, short_edge: shortEdge }: Reduced): string {
  return fps === undefined ? `Only ${shortEdge} pixels` : `Only ${Math.round(fps * 10) / 10} fps`;
}

const whatWords: Record<SentReport["what"], string> = {
  video: "H.264",
  low: "JPEG",
  medium: "JPEG",
  high: "JPEG",
};

const lackWords = {
  usb: "USB is full",
  cpu: "this PC is busy",
  uplink: "the way to the relay is narrow",
  encoder: "the phone's encoder takes no more",
} as const satisfies Record<Reduced["lack"], string>;
