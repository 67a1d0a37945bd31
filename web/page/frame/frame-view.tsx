import { createEffect, createSignal, onCleanup, onMount, type JSX } from "solid-js";
import type { Size } from "../../../protocol/fields.ts";
import type { StreamFrame } from "../../../protocol/stream.ts";
import type { LinkFault } from "../link/link-fault.ts";
import type { WatchWish } from "../link/stream-watch.ts";
import { useLink } from "../link/use-link.ts";
import { displaySizeOf } from "./display-size.ts";
import { makeFramePainter, type FramePainter } from "./frame-painter.ts";

/**
 * The live picture of a device on a canvas; watches while there is a `wish`. Frames stay out of reactive state; what a
 * test wants to know is on the canvas: `data-frames`, `data-screen-width`, `data-screen-height`.
 */
export function FrameView(props: {
  deviceId: string;
  wish: WatchWish | undefined;
  /** The display as built, for workers that do not say how it is turned. */
  builtSize?: Size | undefined;
  class?: string;
  canvas?: JSX.CanvasHTMLAttributes<HTMLCanvasElement>;
  ref?: (canvas: HTMLCanvasElement) => void;
  onPainted?: (frame: StreamFrame, screen: Size) => void;
  onRefused?: (fault: LinkFault) => void;
}): JSX.Element {
  const link = useLink();
  const [painter, setPainter] = createSignal<FramePainter>();
  let canvas!: HTMLCanvasElement;
  let frames = 0;

  function record(frame: StreamFrame): void {
    const screen = displaySizeOf(frame, props.builtSize);
    frames += 1;
    canvas.dataset["frames"] = String(frames);
    canvas.dataset["screenWidth"] = String(screen.width);
    canvas.dataset["screenHeight"] = String(screen.height);
    props.onPainted?.(frame, screen);
  }

  onMount(() => {
    const painter = makeFramePainter(canvas, (frame) => record(frame));
    onCleanup(() => painter.close());
    setPainter(painter);
    props.ref?.(canvas);
  });

  createEffect(() => {
    const wish = props.wish;
    const brush = painter();
    if (wish === undefined || brush === undefined) return;
    const watch = link.watch(props.deviceId, wish, {
      onFrame: (frame) => brush.paint(frame),
      onRefused: (fault) => props.onRefused?.(fault),
    });
    onCleanup(() => watch.stop());
  });

  return (
    <canvas
      class={props.class}
      {...props.canvas}
      ref={(element) => {
        canvas = element;
      }}
    />
  );
}
