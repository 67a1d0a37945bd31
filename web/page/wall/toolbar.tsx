import { For, type JSX } from "solid-js";
import type { Group } from "../../../protocol/group.ts";
import { GroupMenu } from "../groups/group-menu.tsx";
import { Icon } from "../look/icon.tsx";
import { conditions, conditionWords, type Condition } from "./device-words.ts";
import { tileWidths, wallRates, type WallSettings } from "./wall-settings.ts";

export function Toolbar(props: {
  text: string;
  onText: (text: string) => void;
  condition: Condition | undefined;
  onCondition: (condition: Condition | undefined) => void;
  counts: Record<Condition, number>;
  total: number;
  shown: number;
  settings: WallSettings;
  onSelectAll: () => void;
  onSelectGroup: (group: Group) => void;
}): JSX.Element {
  return (
    <div class="tools" role="toolbar" aria-label="Wall">
      <label class="search">
        <Icon name="search" />
        <input
          class="field"
          type="search"
          aria-label="Filter devices"
          placeholder="Filter by model, serial, PC, status"
          value={props.text}
          onInput={(event) => props.onText(event.currentTarget.value)}
        />
      </label>
      <div class="chips" role="group" aria-label="Status">
        <Chip
          words="All"
          count={props.total}
          isOn={props.condition === undefined}
          onPress={() => props.onCondition(undefined)}
        />
        <For each={conditions}>
          {(condition) => (
            <Chip
              words={conditionWords[condition]}
              kind={condition}
              count={props.counts[condition]}
              isOn={props.condition === condition}
              onPress={() => props.onCondition(props.condition === condition ? undefined : condition)}
            />
          )}
        </For>
      </div>
      <button
        type="button"
        class="button quiet"
        disabled={props.shown === 0}
        onClick={() => props.onSelectAll()}
        title="Select every device that the filter shows"
      >
        Select all {props.shown}
      </button>
      <GroupMenu onSelect={(group) => props.onSelectGroup(group)} />
      <div class="row tool-group">
        <label class="row tool">
          <span class="muted">Rate</span>
          <select
            class="field"
            aria-label="Frames a second on the wall"
            title="Frames a second on the wall"
            value={props.settings.rate()}
            onChange={(event) => props.settings.setRate(wallRates[event.currentTarget.selectedIndex] ?? "2")}
          >
            <For each={wallRates}>{(rate) => <option value={rate}>{rate} fps</option>}</For>
          </select>
        </label>
        <label class="row tool">
          <span class="muted">Size</span>
          <input
            type="range"
            aria-label="Tile size"
            title="Tile size"
            min={tileWidths.min}
            max={tileWidths.max}
            step="2"
            value={props.settings.tileWidth()}
            onInput={(event) => props.settings.setTileWidth(event.currentTarget.valueAsNumber)}
          />
        </label>
      </div>
    </div>
  );
}

function Chip(props: {
  words: string;
  kind?: Condition;
  count: number;
  isOn: boolean;
  onPress: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={`chip ${props.kind ?? ""}`}
      aria-pressed={props.isOn}
      onClick={() => props.onPress()}
    >
      {props.words} <span class="chip-count">{props.count}</span>
    </button>
  );
}
