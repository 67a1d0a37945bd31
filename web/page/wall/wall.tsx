import { createEffect, createSignal, Show, type JSX } from "solid-js";
import { createPageShown } from "../frame/page-shown.ts";
import { deviceHindranceOf, hindranceOf, otherHolderOf, shellHindranceOf } from "../lease/hindrance.ts";
import type { CommandOrder } from "../link/command-desk.ts";
import { selectedGroupWords } from "../groups/selected-group.ts";
import { mostTogether, useTogether } from "../together/together.ts";
import { useToasts } from "../toast/toasts.ts";
import { useLink } from "../link/use-link.ts";
import { createClock } from "../look/clock.ts";
import { RecordingTray } from "../recording/recording-tray.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { BulkResults } from "./bulk-results.tsx";
import type { Condition } from "./device-words.ts";
import { createCovered } from "./covered.ts";
import { EmptyWall, type Emptiness } from "./empty-wall.tsx";
import { extendedTo, keptTo, noSelection, toggled, withAll, type Selection } from "./selection.ts";
import { createSurvey } from "./survey.ts";
import { TileGrid } from "./tile-grid.tsx";
import { Tile } from "./tile.tsx";
import { Toolbar } from "./toolbar.tsx";
import { createWallSettings } from "./wall-settings.ts";
import "./wall.css";

/** Every device live, with filter, selection and commands to many at once. */
export function Wall(props: { openId: string | undefined; onOpen: (deviceId: string) => void }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const together = useTogether();
  const settings = createWallSettings();
  const now = createClock(1000);
  const isPageShown = createPageShown();
  const [text, setText] = createSignal("");
  const [condition, setCondition] = createSignal<Condition>();
  const [selection, setSelection] = createSignal<Selection>(noSelection);
  const [resultsId, setResultsId] = createSignal<string>();

  let root!: HTMLDivElement;
  let scroller!: HTMLDivElement;
  const isCovered = createCovered(
    () => root,
    () => props.openId,
  );

  const survey = createSurvey(link.book, { text, condition });
  const shownIds = () => survey().shown;
  const results = () => link.commands.runs.find((run) => run.id === resultsId());

  const heldByOthers = () =>
    [...selection().ids].filter((id) => otherHolderOf(link, id) !== undefined).length;
  const hindrance = () =>
    hindranceOf(link) ?? (heldByOthers() === selection().ids.size ? "Others hold all of them" : undefined);
  const note = () => {
    const group = selectedGroupWords(
      selection().ids,
      link.groups.groups,
      (id) => link.book.devices[id] !== undefined,
    );
    const held = heldByOthers() === 0 ? undefined : `${heldByOthers()} held by others`;
    return [group, held].filter((words) => words !== undefined).join(" · ");
  };

  const emptiness = (): Emptiness => {
    if (Object.keys(link.book.devices).length > 0) return "no-match";
    if (!link.state.isListed) return "listing";
    return Object.values(link.book.workers).some((worker) => worker.is_online) ? "no-devices" : "no-workers";
  };

  createEffect(() => {
    const known = link.book.devices;
    setSelection((selection) => keptTo(selection, (id) => known[id] !== undefined));
  });

  function select(id: string, isRange: boolean): void {
    setSelection((selection) => (isRange ? extendedTo(selection, id, shownIds()) : toggled(selection, id)));
  }

  function driveTogether(): void {
    const ids = [...selection().ids];
    together.start(ids);
    if (ids.length > mostTogether) toasts.note(`The first ${mostTogether} are driven together`);
    if (props.openId !== undefined && ids.includes(props.openId)) return;
    const first = ids.find((id) => deviceHindranceOf(link, id) === undefined);
    if (first !== undefined) props.onOpen(first);
  }

  function send(order: Omit<CommandOrder, "deviceIds">): void {
    const sent = link.send({ ...order, deviceIds: [...selection().ids] });
    setResultsId(sent.id);
  }

  /** What closes may have held the keyboard, which would start again at the page's top. */
  function keepKeyboard(): void {
    if (document.activeElement === document.body) scroller.focus({ preventScroll: true });
  }

  function deselect(): void {
    setSelection(noSelection);
    keepKeyboard();
  }

  function closeResults(): void {
    setResultsId(undefined);
    keepKeyboard();
  }

  return (
    <div
      ref={(element) => {
        root = element;
      }}
      class="wall"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (selection().ids.size > 0) deselect();
        else closeResults();
      }}
    >
      <Toolbar
        text={text()}
        onText={setText}
        condition={condition()}
        onCondition={setCondition}
        counts={survey().counts}
        total={survey().total}
        shown={shownIds().length}
        settings={settings}
        onSelectGroup={(group) => {
          const known = group.device_ids.filter((id) => link.book.devices[id] !== undefined);
          setSelection({ ids: new Set(known) });
          if (known.length === 0) toasts.note(`No device of ${group.name} is known now`);
        }}
        onSelectAll={() => setSelection((selection) => withAll(selection, shownIds()))}
      />
      <div
        ref={(element) => {
          scroller = element;
        }}
        class="wall-scroll"
        role="region"
        aria-label="Devices"
        tabindex="-1"
      >
        <Show
          when={shownIds().length > 0}
          fallback={
            <EmptyWall
              why={emptiness()}
              onClearFilter={() => {
                setText("");
                setCondition(undefined);
              }}
            />
          }
        >
          <TileGrid
            ids={shownIds()}
            leastTileWidth={settings.tileWidth()}
            isSelecting={selection().ids.size > 0}
            scroller={scroller}
            onExtend={(fromId, toId) => {
              if (selection().anchor === undefined) select(fromId, false);
              select(toId, true);
            }}
            tile={(tile) => (
              <Show when={link.book.devices[tile.id]}>
                {(device) => (
                  <Tile
                    device={device()}
                    place={tile.place()}
                    width={tile.width()}
                    index={tile.index()}
                    count={shownIds().length}
                    isInView={isPageShown() && !isCovered() && tile.isInView()}
                    fps={Number(settings.rate())}
                    nowMs={now()}
                    isSelected={selection().ids.has(tile.id)}
                    isOpen={props.openId === tile.id}
                    onOpen={() => props.onOpen(tile.id)}
                    onSelect={(isRange) => select(tile.id, isRange)}
                  />
                )}
              </Show>
            )}
          />
        </Show>
      </div>
      <RecordingTray />
      <Show when={results()}>{(run) => <BulkResults run={run()} onClose={closeResults} />}</Show>
      <Show when={selection().ids.size > 0}>
        <BulkBar
          deviceIds={[...selection().ids]}
          note={note()}
          hindrance={hindrance()}
          saveHindrance={hindranceOf(link)}
          shellHindrance={shellHindranceOf(link)}
          onSend={send}
          onDriveTogether={driveTogether}
          onClear={deselect}
        />
      </Show>
    </div>
  );
}
