import { createEffect, onCleanup, onMount, type JSX } from "solid-js";
import type { Size } from "../../../protocol/fields.ts";
import type { PictureFacts, PictureState, PictureWish } from "../../../protocol/viewer.ts";
import type { Watch } from "../link/pictures.ts";
import { useLink } from "../link/use-link.ts";
import { displaySizeOf } from "./display-size.ts";
import { makeJpegImage } from "./jpeg-image.ts";
import "./picture.css";

/**
 * The live picture of a device: video on a canvas, which the viewer's thread paints, or JPEGs. It asks for them while
 * there is a `wish`, and keeps the last one. Pictures stay out of reactive state; what a test wants to know is on the
 * element: `data-frames`, `data-medium`, `data-width`, `data-height`, `data-screen-width`, `data-screen-height`.
 */
export function Picture(props: {
  deviceId: string;
  wish: PictureWish | undefined;
  /** The display as built, for workers that do not say how it is turned. */
  builtSize?: Size | undefined;
  class?: string;
  box?: JSX.HTMLAttributes<HTMLDivElement>;
  ref?: (element: HTMLDivElement) => void;
  /** The picture has another shape or size than before; `screen` is what positions are measured in. */
  onPicture?: (picture: Size, screen: Size) => void;
  onState?: (state: PictureState) => void;
}): JSX.Element {
  const link = useLink();
  let box!: HTMLDivElement;
  let canvas!: HTMLCanvasElement;
  let image!: HTMLImageElement;
  let watch: Watch | undefined;
  let painted = 0;
  let jpegs = 0;
  let known = "";

  function count(): void {
    box.dataset["frames"] = String(painted + jpegs);
  }

  function show(medium: "video" | "jpeg", facts: PictureFacts): void {
    const screen = displaySizeOf(facts, props.builtSize);
    const { width, height } = facts;
    const next = [medium, width, height, screen.width, screen.height].join(" ");
    if (next === known) return;
    known = next;
    canvas.hidden = medium !== "video";
    image.hidden = medium !== "jpeg";
    Object.assign(box.dataset, {
      medium,
      width,
      height,
      screenWidth: screen.width,
      screenHeight: screen.height,
    });
    props.onPicture?.({ width, height }, screen);
  }

  onMount(() => {
    const jpeg = makeJpegImage(image);
    onCleanup(() => jpeg.close());
    const view = {
      canvas: () => canvas,
      onVideo: (facts: PictureFacts) => show("video", facts),
      onCount(pictures: number) {
        painted = pictures;
        count();
      },
      async onJpeg(url: string, facts: PictureFacts) {
        if (!(await jpeg.show(url))) return false;
        jpegs += 1;
        show("jpeg", facts);
        count();
        return true;
      },
      onState: (state: PictureState) => props.onState?.(state),
    };
    createEffect(() => {
      const { wish } = props;
      if (watch !== undefined) watch.change(wish);
      else if (wish !== undefined) watch = link.watch(props.deviceId, wish, view);
    });
  });
  onCleanup(() => watch?.stop());

  return (
    <div
      {...props.box}
      class={`picture ${props.class ?? ""}`}
      ref={(element) => {
        box = element;
        props.ref?.(element);
      }}
    >
      <canvas
        width="2"
        height="4"
        ref={(element) => {
          canvas = element;
        }}
      />
      <img
        alt=""
        hidden
        draggable={false}
        ref={(element) => {
          image = element;
        }}
      />
    </div>
  );
}
