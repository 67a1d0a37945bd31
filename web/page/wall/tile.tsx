import { createMemo, createSignal, Show, type JSX } from "solid-js";
import type { WorkerStatus } from "../../../protocol/device.ts";
import type { Size } from "../../../protocol/fields.ts";
import type { PictureState, PictureWish } from "../../../protocol/viewer.ts";
import { LeaseMark } from "../lease/lease-mark.tsx";
import type { DeviceRecord } from "../link/device-book.ts";
import { useLink } from "../link/use-link.ts";
import { TogetherMark } from "../together/together-mark.tsx";
import { Picture } from "../frame/picture.tsx";
import { askedShortEdge } from "../frame/asked-size.ts";
import { createSettled } from "../frame/settled.ts";
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
import { pictureWords } from "./picture-words.ts";

/** What of a tile's width is not its mat. */
const besideMatPx = 16;
/** Width by height of the mat that every picture lies on. */
const matAspect = 9 / 20;

/** One phone on the wall. It watches only while it can be seen. */
export function Tile(props: {
  device: DeviceRecord;
  /** Where it stands on the wall, how wide in CSS pixels, and as which of how many. */
  place: JSX.CSSProperties;
  width: number;
  index: number;
  count: number;
  /** Somebody can see it. */
  isInView: boolean;
  fps: number;
  isSelected: boolean;
  isOpen: boolean;
  nowMs: number;
  onOpen: () => void;
  onSelect: (isRange: boolean) => void;
}): JSX.Element {
  const link = useLink();
  // Who scrolls past wants to see nothing of it.
  const isLookedAt = createSettled(() => props.isInView, 200);
  const condition = createMemo(() => conditionOf(props.device));
  const trouble = createMemo(() => troubleOf(props.device, link.book.workers[props.device.pc_id]?.is_online));
  const isHealthy = () => props.device.health_status === "healthy";
  const relayNowMs = () => props.nowMs - Date.now() + link.relayNowMs();
  /** Since when nothing was heard, of a device that was well. */
  const staleSinceMs = () => {
    const { connection, fallback } = link.state;
    if (connection.kind !== "down" || !isHealthy()) return undefined;
    if (fallback.kind !== "live") return connection.sinceMs;
    const silentMs = relayNowMs() - heardAtMs(props.device, link.book.workers[props.device.pc_id]);
    return silentMs > longestSilenceMs ? props.nowMs - silentMs : undefined;
  };
  const ageMs = () => {
    const sinceMs = staleSinceMs();
    return sinceMs === undefined
      ? relayNowMs() - Date.parse(props.device.last_seen_at)
      : props.nowMs - sinceMs;
  };
  const [pictureAspect, setPictureAspect] = createSignal<number>();
  const aspect = () => {
    const { width, height } = props.device.screen ?? { width: 9, height: 20 };
    return pictureAspect() ?? width / height;
  };
  const shown = createMemo(() => sizeOnMat(props.width, aspect()));
  const sizeStyle = () => ({ width: `${shown().width}px`, height: `${shown().height}px` });
  const shortEdge = createMemo((asked?: number) =>
    askedShortEdge(Math.min(shown().width, shown().height) * devicePixelRatio, asked),
  );
  const wish = createMemo((): PictureWish | undefined =>
    isLookedAt() && condition() !== "offline"
      ? { shortEdge: shortEdge(), fps: props.fps, encoding: "auto" }
      : undefined,
  );
  const [picture, setPicture] = createSignal<PictureState>();
  const words = createMemo(() =>
    trouble() === undefined && wish() !== undefined ? pictureWords(picture(), props.nowMs) : undefined,
  );

  return (
    <article
      class="tile card"
      style={props.place}
      data-device={props.device.device_id}
      aria-setsize={props.count}
      aria-posinset={props.index + 1}
      classList={{
        selected: props.isSelected,
        open: props.isOpen,
        off: condition() === "offline",
        silent: staleSinceMs() !== undefined,
      }}
      aria-label={labelOf(props.device)}
    >
      <div class="tile-picture">
        <Picture
          deviceId={props.device.device_id}
          wish={wish()}
          builtSize={props.device.screen}
          class="tile-screen"
          box={{ "aria-hidden": "true", style: sizeStyle() }}
          onState={setPicture}
          onPicture={({ width, height }) => setPictureAspect(width / height)}
        />
        <Show when={trouble()}>
          {(words) => (
            <p class="tile-trouble" classList={{ off: condition() === "offline" }}>
              {words()}
            </p>
          )}
        </Show>
        <Show when={words()}>
          {(words) => (
            <p class="tile-note" classList={{ mild: words().isMild === true }}>
              {words().short}
            </p>
          )}
        </Show>
        <LeaseMark deviceId={props.device.device_id} />
        <TogetherMark deviceId={props.device.device_id} />
        <RecordingMark deviceId={props.device.device_id} />
        <button
          type="button"
          class="tile-open"
          aria-label={`Open ${labelOf(props.device)}`}
          title={words()?.full}
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

/** In the fallback, who is there says so every 20 s, in a large farm every 40 s, and the page looks once a minute. */
const longestSilenceMs = 120_000;

/** When a device's PC last said something of it, or that it is there itself and so is the device. */
function heardAtMs(device: DeviceRecord, worker: WorkerStatus | undefined): number {
  return Math.max(
    Date.parse(device.last_seen_at),
    worker === undefined ? 0 : Date.parse(worker.last_seen_at),
  );
}

/** How large a picture of this shape is on the mat of a tile of this width, CSS pixels. */
function sizeOnMat(tileWidth: number, aspect: number): Size {
  const mat = { width: tileWidth - besideMatPx, height: (tileWidth - besideMatPx) / matAspect };
  const width = Math.min(mat.width, mat.height * aspect);
  return { width, height: width / aspect };
}
