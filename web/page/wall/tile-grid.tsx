import {
  createComputed,
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  onMount,
  untrack,
  type JSX,
} from "solid-js";
import { indexAfterKey, layColumns, placeOf, rowCount, rowsBetween, type GridLayout } from "./grid-layout.ts";

/** More new tiles than these in one frame would be felt, and fewer are made where frames are late already. */
const newAtOnce = { least: 3, most: 16 };
const lateFrameMs = 24;
/** A tile has no room for everything below this width, CSS pixels. */
const narrowPx = 146;
/** Rows beyond what is seen that are there already when they are scrolled to, or reached by Tab. */
const spareRows = 1;
/** Of a wall that was not laid out yet. */
const unseenHeightPx = 800;

/** What a tile is told of its place. */
export interface GridTile {
  id: string;
  index: () => number;
  place: () => JSX.CSSProperties;
  /** CSS pixels. */
  width: () => number;
  /** Something of it can be seen in the scroller. */
  isInView: () => boolean;
}

/**
 * Any number of tiles of one size in a grid that scrolls; only those that are near what is seen are in the page. A tile
 * with the keyboard stays, wherever it is scrolled to. Arrows, Page, Home and End go from tile to tile.
 */
export function TileGrid(props: {
  ids: readonly string[];
  leastTileWidth: number;
  isSelecting: boolean;
  /** Scrolls the tiles; it is whoever made it that it belongs to. */
  scroller: HTMLElement;
  /** The selection is to reach from the one tile to the other. */
  onExtend: (fromId: string, toId: string) => void;
  tile: (tile: GridTile) => JSX.Element;
}): JSX.Element {
  const [size, setSize] = createSignal({ width: 1200, height: 0, gap: 12, top: 0 }, { equals: isSame });
  const [scrollTop, setScrollTop] = createSignal(0);
  const [tileHeight, setTileHeight] = createSignal<number>();
  const [rendered, setRendered] = createSignal<readonly string[]>([]);
  const [heldId, setHeldId] = createSignal<string>();
  let tiles!: HTMLDivElement;
  let frame: number | undefined;
  let mostNew: number = newAtOnce.most;

  const layout = createMemo((): GridLayout => {
    const { width, gap } = size();
    const { columns, tileWidth } = layColumns(width, props.leastTileWidth, gap);
    return { columns, tileWidth, gap, rowStep: (tileHeight() ?? tileWidth * 2.8) + gap };
  });
  const indexes = createMemo(() => new Map(props.ids.map((id, index) => [id, index])));
  const rows = () => rowCount(props.ids.length, layout());
  const seenRows = createMemo(
    () => rowsBetween(scrollTop() - size().top, size().height, rows(), layout()),
    undefined,
    { equals: isSame },
  );
  const nearRows = createMemo(
    () => {
      const height = size().height === 0 ? unseenHeightPx : size().height;
      const { first, last } = rowsBetween(scrollTop() - size().top, height, rows(), layout());
      return { first: Math.max(0, first - spareRows), last: last + spareRows };
    },
    undefined,
    { equals: isSame },
  );
  const wanted = createMemo(() => {
    const { first, last } = nearRows();
    const { columns } = layout();
    const near = props.ids.slice(first * columns, (last + 1) * columns);
    const held = heldId();
    const at = held === undefined ? undefined : indexes().get(held);
    if (held === undefined || at === undefined || near.includes(held)) return near;
    return at < first * columns ? [held, ...near] : [...near, held];
  });

  // In a frame's own time, save for the very first ones.
  createComputed(() => {
    const ids = wanted();
    if (untrack(rendered).length === 0) renderSome(ids);
    else frame ??= requestAnimationFrame(onFrame);
  });

  function onFrame(startedAtMs: number): void {
    frame = undefined;
    const isComplete = renderSome(wanted());
    if (isComplete) return;
    frame = requestAnimationFrame((nextAtMs) => {
      mostNew = nextAtMs - startedAtMs > lateFrameMs ? mostNew >> 1 : mostNew + 1;
      mostNew = Math.min(newAtOnce.most, Math.max(newAtOnce.least, mostNew));
      onFrame(nextAtMs);
    });
  }

  /** Those that are there already stay; the new ones come a few at a time, those that are seen first. Whether all are there. */
  function renderSome(ids: readonly string[]): boolean {
    const had = new Set(untrack(rendered));
    const missing = ids.filter((id) => !had.has(id));
    const { first, last } = seenRows();
    const isSeen = (id: string) => {
      const row = Math.floor((indexes().get(id) ?? 0) / layout().columns);
      return row >= first && row <= last;
    };
    const added = new Set([...missing.filter(isSeen), ...missing].slice(0, mostNew));
    setRendered(ids.filter((id) => had.has(id) || added.has(id)));
    return missing.length <= added.size;
  }

  function measure(): void {
    const gap = Number.parseFloat(getComputedStyle(tiles).columnGap);
    setSize({
      width: tiles.clientWidth || 1200,
      height: props.scroller.clientHeight,
      gap: Number.isFinite(gap) ? gap : 12,
      top: tiles.offsetTop,
    });
  }

  function measureTile(): void {
    const first = tiles.firstElementChild;
    if (first instanceof HTMLElement && first.offsetHeight > 0) setTileHeight(first.offsetHeight);
  }

  onMount(() => {
    const { scroller } = props;
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    observer.observe(tiles);
    const look = () => setScrollTop(scroller.scrollTop);
    scroller.addEventListener("scroll", look, { passive: true });
    measure();
    onCleanup(() => {
      observer.disconnect();
      scroller.removeEventListener("scroll", look);
      if (frame !== undefined) cancelAnimationFrame(frame);
    });
  });
  // It costs a layout: only when something may have changed.
  const hasTiles = createMemo(() => rendered().length > 0);
  createEffect(on([() => layout().tileWidth, hasTiles], measureTile));

  function reveal(index: number): void {
    const { scroller } = props;
    const { rowStep, gap } = layout();
    const top = size().top + placeOf(index, layout()).top;
    const bottom = top + rowStep - gap;
    if (top < scroller.scrollTop + gap) scroller.scrollTop = top - gap;
    else if (bottom > scroller.scrollTop + scroller.clientHeight - gap) {
      scroller.scrollTop = bottom + gap - scroller.clientHeight;
    }
    setScrollTop(scroller.scrollTop);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const from = heldId();
    const index = from === undefined ? undefined : indexes().get(from);
    if (from === undefined || index === undefined || !isTileButton(event.target)) return;
    const rowsOnPage = Math.floor(size().height / layout().rowStep);
    const next = indexAfterKey(event.key, index, props.ids.length, layout(), rowsOnPage);
    const id = next === undefined ? undefined : props.ids[next];
    if (next === undefined || id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setHeldId(id);
    // It must be there to be given the keyboard.
    setRendered((before) => (before.includes(id) ? before : wanted()));
    reveal(next);
    tiles
      .querySelector<HTMLElement>(`[data-device="${CSS.escape(id)}"] .tile-open`)
      ?.focus({ preventScroll: true });
    if (event.shiftKey) props.onExtend(from, id);
  }

  return (
    <div
      ref={(element) => {
        tiles = element;
      }}
      class="tiles"
      classList={{ selecting: props.isSelecting, narrow: layout().tileWidth < narrowPx }}
      role="feed"
      aria-label="Phones"
      style={{ height: `${Math.max(0, rows() * layout().rowStep - layout().gap)}px` }}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => {
        const tile = event.target.closest<HTMLElement>("[data-device]");
        setHeldId(tile?.dataset["device"]);
      }}
      onFocusOut={() => setHeldId(undefined)}
    >
      <For each={rendered()}>
        {(id) => {
          const index = createMemo(() => indexes().get(id) ?? 0);
          const isInView = createMemo(() => {
            const row = Math.floor(index() / layout().columns);
            return row >= seenRows().first && row <= seenRows().last;
          });
          return props.tile({
            id,
            index,
            width: () => layout().tileWidth,
            place() {
              const { left, top } = placeOf(index(), layout());
              return { left: `${left}px`, top: `${top}px`, width: `${layout().tileWidth}px` };
            },
            isInView,
          });
        }}
      </For>
    </div>
  );
}

function isTileButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(".tile-open");
}

function isSame<T extends object>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
