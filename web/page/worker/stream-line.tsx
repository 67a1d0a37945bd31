import { For, Show, type JSX } from "solid-js";
import type { SentReport, StreamReport } from "../../../protocol/engine.ts";
import { rateWords } from "./state-words.ts";

/** What is sent of a phone that is watched, and what there is too little of. */
export function StreamLine(props: { stream: StreamReport }): JSX.Element {
  return (
    <span class="phone-stream">
      <Show when={props.stream.sent.length > 0} fallback="watched">
        <For each={props.stream.sent}>
          {(sent) => (
            <span>
              {whatWords[sent.what]} {sent.size.width} × {sent.size.height} ·{" "}
              {sent.framesPerSecond.toFixed(1)} fps · {rateWords(sent.bytesPerSecond)}
            </span>
          )}
        </For>
      </Show>
      <Show when={props.stream.reduced}>
        {(reduced) => (
          <span class="badge warn">
            {reduced().short_edge === undefined ? `${reduced().fps} fps` : `${reduced().short_edge}p`}:{" "}
            {lackWords[reduced().lack]}
          </span>
        )}
      </Show>
    </span>
  );
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
} as const satisfies Record<NonNullable<StreamReport["reduced"]>["lack"], string>;
