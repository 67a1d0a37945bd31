import type { PictureFacts, PictureWish } from "../../protocol/viewer.ts";
import { makeFramePainter } from "./frame-painter.ts";
import { isSameFacts } from "./picture-facts.ts";
import { makeSurface, type NewestPicture, type Surface } from "./surface.ts";

export interface Viewer {
  /** It takes packets as they are: nothing is decoded for it. */
  isBlind?: boolean;
  /** There is video, and nothing to paint it on yet; told once. */
  onCanvasWanted?(): void;
  /** What was painted has another shape or size than before. */
  onFacts?(facts: PictureFacts): void;
}

export interface ViewerWatch {
  change(wish: PictureWish | undefined): void;
  paintOn(canvas: OffscreenCanvas): void;
  painted(): number;
  stop(): void;
}

/** Everybody in this tab who watches one device, with a canvas or without. */
export interface Viewings {
  add(wish: PictureWish, viewer: Viewer): ViewerWatch;
  wishes(): PictureWish[];
  /** Somebody wants to see it, not only to have its packets. */
  isSeen(): boolean;
  isEmpty(): boolean;
  /** There is a new picture; `isLast` when no other is being decoded. */
  offer(isLast: boolean): void;
  /** What comes next is another video, of which everything is to be told anew. */
  forgetFacts(): void;
  close(): void;
}

interface Viewing {
  viewer: Viewer;
  hasAskedForCanvas: boolean;
  wish: PictureWish | undefined;
  surface: Surface | undefined;
  /** What the viewer knows of what is painted. */
  facts: PictureFacts | undefined;
}

export function makeViewings(needs: {
  newest(): NewestPicture | undefined;
  nowMs(): number;
  /** On each canvas. */
  onPainted(picture: NewestPicture): void;
  /** Somebody wants something else. */
  onChange(): void;
}): Viewings {
  const viewings = new Set<Viewing>();
  const painter = makeFramePainter();

  function wantCanvas(viewing: Viewing): void {
    if (viewing.hasAskedForCanvas || viewing.wish === undefined || needs.newest() === undefined) return;
    viewing.hasAskedForCanvas = true;
    viewing.viewer.onCanvasWanted?.();
  }

  function tellFacts(viewing: Viewing, { facts }: NewestPicture): void {
    if (isSameFacts(viewing.facts, facts)) return;
    viewing.facts = facts;
    viewing.viewer.onFacts?.(facts);
  }

  return {
    add(wish, viewer) {
      const mine: Viewing = {
        viewer,
        hasAskedForCanvas: false,
        wish: undefined,
        surface: undefined,
        facts: undefined,
      };
      viewings.add(mine);
      const change = (next: PictureWish | undefined): void => {
        mine.wish = next;
        mine.surface?.setWish(next);
        wantCanvas(mine);
        needs.onChange();
      };
      change(wish);
      return {
        change,
        paintOn(canvas) {
          mine.surface = makeSurface({
            canvas,
            painter,
            newest: () => needs.newest(),
            nowMs: () => needs.nowMs(),
            onPainted(picture) {
              tellFacts(mine, picture);
              needs.onPainted(picture);
            },
          });
          mine.surface.setWish(mine.wish);
        },
        painted: () => mine.surface?.painted() ?? 0,
        stop() {
          change(undefined);
          mine.surface?.close();
          viewings.delete(mine);
        },
      };
    },
    wishes: () => [...viewings].flatMap((each) => each.wish ?? []),
    isSeen: () => [...viewings].some(({ wish, viewer }) => wish !== undefined && viewer.isBlind !== true),
    isEmpty: () => viewings.size === 0,
    offer(isLast) {
      for (const each of viewings) {
        each.surface?.offer(isLast);
        wantCanvas(each);
      }
    },
    forgetFacts() {
      for (const each of viewings) each.facts = undefined;
    },
    close() {
      for (const { surface } of viewings) surface?.close();
    },
  };
}
