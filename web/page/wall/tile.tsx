import { createMemo, createSignal, Show, type JSX } from "solid-js";
import type { PictureWish } from "../../../protocol/viewer.ts";
import { LeaseMark } from "../lease/lease-mark.tsx";
import type { DeviceRecord } from "../link/device-book.ts";
import { useLink } from "../link/use-link.ts";
import { Picture } from "../frame/picture.tsx";
import { createVisibility } from "../frame/visibility.ts";
import { RecordingMark } from "../recording/recording-mark.tsx";
import { Battery } from "../look/battery.tsx";
import {
  ageWords,
  conditionOf,
  conditionTone,
  conditionWords,
  labelOf,
  modelOf,
  troubleOf,
} from "./device-words.ts";

/** One phone on the wall. It watches only while it can be seen. */
export function Tile(props: {
  device: DeviceRecord;
  wish: PictureWish;
  isSelected: boolean;
  isOpen: boolean;
  nowMs: number;
  onOpen: () => void;
  onSelect: (isRange: boolean) => void;
}): JSX.Element {
  const link = useLink();
  const isVisible = createVisibility(() => article);
  const condition = createMemo(() => conditionOf(props.device));
  const trouble = createMemo(() => troubleOf(props.device, link.book.workers[props.device.pc_id]?.is_online));
  const wish = createMemo(() => (isVisible() && condition() !== "offline" ? props.wish : undefined));
  const isHealthy = () => props.device.health_status === "healthy";
  /** Since when nothing was heard, of a device that was well. */
  const staleSinceMs = () => {
    const { connection } = link.state;
    return connection.kind === "down" && isHealthy() ? connection.sinceMs : undefined;
  };
  const ageMs = () => {
    const sinceMs = staleSinceMs();
    if (sinceMs !== undefined) return props.nowMs - sinceMs;
    return props.nowMs - Date.now() + link.relayNowMs() - Date.parse(props.device.last_seen_at);
  };
  const [pictureAspect, setPictureAspect] = createSignal<number>();
  const aspect = () => {
    const { width, height } = props.device.screen ?? { width: 9, height: 20 };
    return pictureAspect() ?? width / height;
  };

  let article!: HTMLElement;
  return (
    <article
      ref={(element) => {
        article = element;
      }}
      class="tile card"
      classList={{ selected: props.isSelected, open: props.isOpen, off: condition() === "offline" }}
      aria-label={labelOf(props.device)}
    >
      <div class="tile-picture" style={{ "--aspect": aspect() }}>
        <Picture
          deviceId={props.device.device_id}
          wish={wish()}
          builtSize={props.device.screen}
          class="tile-screen"
          box={{ "aria-hidden": "true" }}
          onPicture={({ width, height }) => setPictureAspect(width / height)}
        />
        <Show when={trouble()}>
          {(words) => (
            <p class="tile-trouble" classList={{ off: condition() === "offline" }}>
              {words()}
            </p>
          )}
        </Show>
        <LeaseMark deviceId={props.device.device_id} />
        <RecordingMark deviceId={props.device.device_id} />
        <button
          type="button"
          class="tile-open"
          aria-label={`Open ${labelOf(props.device)}`}
          onClick={(event) => {
            if (event.shiftKey || event.ctrlKey || event.metaKey) props.onSelect(event.shiftKey);
            else props.onOpen();
          }}
        />
        <label class="tile-check">
          <input
            type="checkbox"
            aria-label={`Select ${labelOf(props.device)}`}
            checked={props.isSelected}
            onClick={(event) => {
              props.onSelect(event.shiftKey);
              // The selection decides what is checked: a range can leave this one as it was.
              event.currentTarget.checked = props.isSelected;
            }}
          />
        </label>
      </div>
      <div class="tile-words">
        <div class="row tile-line">
          <strong class="clip grow" title={modelOf(props.device)}>
            {modelOf(props.device)}
          </strong>
        </div>
        <div class="row tile-line">
          <span
            class="clip grow muted tile-serial"
            title={`${props.device.serial_number} on ${props.device.pc_id}`}
          >
            {props.device.model === undefined ? "" : `${props.device.serial_number} · `}
            {props.device.pc_id}
          </span>
        </div>
        <div class="row tile-line">
          <span class={`badge ${conditionTone[condition()]}`}>{conditionWords[condition()]}</span>
          <Show when={props.device.is_serial_shared}>
            <span class="badge warn" title="Another PC reports the same serial number">
              Twin
            </span>
          </Show>
          <Show
            when={isHealthy() && staleSinceMs() === undefined}
            fallback={
              <span class="muted clip tile-age" title={`Last seen ${ageWords(ageMs())} ago`}>
                {ageWords(ageMs())}
                <span class="tile-ago"> ago</span>
              </span>
            }
          >
            <Battery level={props.device.battery_level} />
          </Show>
        </div>
      </div>
    </article>
  );
}
