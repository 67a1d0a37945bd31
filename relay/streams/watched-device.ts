import { stampRelayedOut } from "../../protocol/media-packet.ts";
import type { StreamQuality, StreamStatus } from "../../protocol/stream.ts";
import { preciseNowMs, type Clock } from "../clock.ts";
import { copyPacket } from "../media/shared-packet.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Wires } from "../wire.ts";
import type { CacheBudget } from "./cache-budget.ts";
import type { Demand } from "./demand.ts";
import { makeKeyGroup } from "./key-group.ts";
import type { PassingPacket } from "./passing-packet.ts";
import { makeLastPictures } from "./last-pictures.ts";
import { makePictureSlot, type PictureSlot } from "./picture-slot.ts";
import { weightOf, type FrameEncoding, type Picture } from "./picture.ts";
import { makeRefresh } from "./refresh.ts";
import { makeVideoSlot, type VideoSlot } from "./video-slot.ts";
import type { Viewer } from "./viewer.ts";
import type { Tally, Watch } from "./watch.ts";

export type Slot = PictureSlot | VideoSlot;

/** A device that somebody watches: what it sends to whom, and what is kept of it for those who come later. */
export interface WatchedDevice {
  /** What its worker was told last; undefined before it was told. */
  told: Demand | undefined;
  isWatched(): boolean;
  slots(): Slot[];
  slotOf(viewer: Viewer): Slot | undefined;
  /** Also changes what a viewer watches. It is sent what there is as soon as possible. */
  watch(viewer: Viewer, watch: Watch): void;
  /** The slot that ended, if there was one. */
  unwatch(viewer: Viewer): Slot | undefined;
  /** Tells a viewer what it cannot see from the next picture. */
  greet(viewer: Viewer): void;
  /** `isLayered`: its worker sends each layer that is asked for, and not one for everybody. */
  picture(picture: Picture, isLayered: boolean): void;
  /** Video, sound or a mark. */
  packet(passing: PassingPacket): void;
  /** Some video is missing. */
  loseVideo(): void;
  status(status: StreamStatus): void;
  refresh(viewer: Viewer): void;
  /** Other layers come from now on. */
  keepLayers(layers: readonly StreamQuality[]): void;
  /** What was kept is not one to greet anybody with: the cable was pulled since. */
  forget(): void;
  close(): void;
}

export interface WatchedDeviceNeeds {
  wires: Wires;
  clock: Clock;
  metrics: Metrics;
  budget: CacheBudget;
  /** Asks its worker for a key frame. */
  askKey(): void;
}

export function makeWatchedDevice(needs: WatchedDeviceNeeds): WatchedDevice {
  const { wires, clock, metrics, budget } = needs;
  const pictureSlots = new Map<string, PictureSlot>();
  const videoSlots = new Map<string, VideoSlot>();
  const pictures = makeLastPictures(budget);
  const group = makeKeyGroup(budget);
  const refresh = makeRefresh(
    clock,
    () => needs.askKey(),
    () => [...videoSlots.values()].some((slot) => slot.wantsKey()),
  );
  let soundStart: PassingPacket | undefined;
  let status: StreamStatus | undefined;

  function slots(): Slot[] {
    return [...pictureSlots.values(), ...videoSlots.values()];
  }

  function slotOf({ wire }: Viewer): Slot | undefined {
    return pictureSlots.get(wire.id) ?? videoSlots.get(wire.id);
  }

  function unwatch(viewer: Viewer): Slot | undefined {
    const slot = slotOf(viewer);
    if (slot === undefined) return undefined;
    pictureSlots.delete(viewer.wire.id);
    videoSlots.delete(viewer.wire.id);
    viewer.forget(slot);
    if (videoSlots.size === 0) group.lose();
    return slot;
  }

  /** Sends to all who are ready at once, so that it is written down once for each encoding. */
  function spreadPicture(picture: Picture, isLayered: boolean): void {
    const nowMs = clock.now();
    const frames: Record<FrameEncoding, PictureSlot[]> = { base64: [], binary: [] };
    let isStamped = false;
    for (const slot of pictureSlots.values()) {
      const { quality } = slot.watch;
      // One whose own layer has not come yet is shown what there is.
      if (isLayered && quality !== picture.layer && pictures.has(quality)) continue;
      const { packets } = slot.viewer.wire;
      if (!slot.isReady(nowMs)) slot.hold(picture);
      else if (packets === undefined) frames[slot.encoding].push(slot);
      else {
        const packet = picture.asPacket();
        if (!isStamped) stampRelayedOut(packet.bytes, measureRelay(picture.relayedInMs, "jpeg"));
        isStamped = true;
        packets.send(packet);
        slot.sent(packet.bytes.byteLength, nowMs);
      }
    }
    for (const encoding of ["base64", "binary"] as const) {
      const ready = frames[encoding];
      if (ready.length === 0) continue;
      const frame = picture.asFrame(encoding);
      if (!isStamped) measureRelay(picture.relayedInMs, "jpeg");
      isStamped = true;
      wires.emit("/stream", idsOf(ready), "stream:frame", frame);
      for (const slot of ready) slot.sent(weightOf(frame), nowMs);
    }
  }

  /** When it leaves the relay, Unix ms. */
  function measureRelay(relayedInMs: number, encoding: "jpeg" | "h264"): number {
    const nowMs = preciseNowMs();
    metrics.hop("relay", encoding, nowMs - relayedInMs);
    return nowMs;
  }

  function spreadVideo(passing: PassingPacket): void {
    const asEvents: VideoSlot[] = [];
    let isStamped = false;
    for (const slot of videoSlots.values()) {
      if (!slot.offer(passing)) continue;
      if (!isStamped) {
        stampRelayedOut(passing.packet.bytes, measureRelay(passing.header.relayedInMs, "h264"));
        isStamped = true;
      }
      const { packets } = slot.viewer.wire;
      if (packets === undefined) asEvents.push(slot);
      else {
        packets.send(passing.packet);
        slot.sent(passing);
      }
    }
    if (asEvents.length === 0) return;
    wires.emit("/stream", idsOf(asEvents), "stream:packet", passing.packet.bytes);
    for (const slot of asEvents) slot.sent(passing);
  }

  /** What may be left out, but for those who are far behind. */
  function spreadAside(passing: PassingPacket, isFor: (slot: Slot) => boolean): void {
    for (const slot of slots()) {
      if (!isFor(slot)) continue;
      if (slot.viewer.window.isOpenForSound()) slot.viewer.sendPacket(passing, slot);
      else metrics.packetDropped(passing.header.kind);
    }
  }

  return {
    told: undefined,
    isWatched: () => pictureSlots.size + videoSlots.size > 0,
    slots,
    slotOf,
    watch(viewer, watch) {
      const slot = slotOf(viewer);
      if (watch.encoding === "h264") {
        if (slot?.kind === "video") {
          slot.watch = watch;
          // Its page may have forgotten the picture, and a still screen sends no other.
          slot.refresh();
          return;
        }
        const videoNeeds = { clock, metrics, group, wantKey: () => refresh.want() };
        const made = makeVideoSlot(viewer, watch, tallyOf(unwatch(viewer), clock), videoNeeds);
        videoSlots.set(viewer.wire.id, made);
        viewer.wait(made);
        return;
      }
      if (slot?.kind === "picture") slot.change(watch, watch.encoding);
      else {
        const tally = tallyOf(unwatch(viewer), clock);
        pictureSlots.set(
          viewer.wire.id,
          makePictureSlot(viewer, watch, watch.encoding, tally, { clock, metrics }),
        );
      }
      // Also for one that asks again, for the same reason.
      const last = pictures.nearestTo(watch.quality);
      if (last !== undefined) pictureSlots.get(viewer.wire.id)?.hold(last);
    },
    unwatch,
    greet(viewer) {
      const slot = slotOf(viewer);
      if (slot === undefined) return;
      if (status !== undefined) viewer.wire.emit("stream:status", status);
      if (slot.watch.sound && soundStart !== undefined) viewer.sendPacket(soundStart, slot);
    },
    picture(picture, isLayered) {
      pictures.keep(picture, !isLayered);
      spreadPicture(picture, isLayered);
    },
    packet(passing) {
      const { kind } = passing.header;
      if (kind === "still") {
        spreadAside(passing, ({ kind, viewer }) => kind === "video" || viewer.wire.packets !== undefined);
      } else if (kind === "sound" || kind === "sound-start") {
        if (kind === "sound-start") {
          soundStart = { header: passing.header, packet: copyPacket(passing.packet) };
        }
        spreadAside(passing, ({ watch }) => watch.sound);
      } else if (videoSlots.size > 0) {
        if (kind === "key") refresh.came();
        if (group.take(passing)) spreadVideo(passing);
        else {
          metrics.packetDropped(kind);
          for (const slot of videoSlots.values()) slot.lose();
        }
      }
    },
    loseVideo() {
      group.lose();
      for (const slot of videoSlots.values()) slot.lose();
    },
    status(told) {
      status = told;
      for (const { viewer } of slots()) viewer.wire.emit("stream:status", told);
    },
    refresh(viewer) {
      videoSlots.get(viewer.wire.id)?.refresh();
    },
    keepLayers: (layers) => pictures.keepLayers(layers),
    forget() {
      pictures.keepLayers([]);
      group.lose();
      soundStart = undefined;
      status = undefined;
    },
    close() {
      this.forget();
      refresh.stop();
    },
  };
}

function tallyOf(earlier: Slot | undefined, clock: Clock): Tally {
  return earlier?.tally ?? { startedAtMs: clock.now(), frames: 0, bytes: 0 };
}

function idsOf(slots: Slot[]): string[] {
  return slots.map(({ viewer }) => viewer.wire.id);
}
