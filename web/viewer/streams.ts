import type { StreamStatus } from "../../protocol/stream.ts";
import type { PictureWish } from "../../protocol/viewer.ts";
import { makeDeviceStream, type DeviceStream, type StreamNeeds } from "./device-stream.ts";
import type { Viewer, ViewerWatch } from "./viewings.ts";
import type { ReceivedPacket } from "./video-player.ts";

/** All that this tab watches. */
export interface Streams {
  /** Who makes the watch stops it. */
  watch(deviceId: string, wish: PictureWish, viewer: Viewer): ViewerWatch;
  hear(packet: ReceivedPacket, payload: Uint8Array<ArrayBuffer>): void;
  hearStatus(status: StreamStatus): void;
  jpegDone(deviceId: string, shownMs: number | undefined): void;
  /** The relay has forgotten this viewer: asks for everything anew, or for one device that is back. */
  askAgain(deviceId?: string): void;
  /** To be called about once a second. */
  look(): void;
  close(): void;
}

export function makeStreams(needs: Omit<StreamNeeds, "onOver">): Streams {
  const streams = new Map<string, DeviceStream>();
  const unsettled = new Set<DeviceStream>();

  function touch(stream: DeviceStream): void {
    // A tile that goes and a focus that comes in one turn are one change, not a stop and a start.
    if (unsettled.size === 0) queueMicrotask(settleAll);
    unsettled.add(stream);
  }

  function settleAll(): void {
    const touched = [...unsettled];
    unsettled.clear();
    for (const stream of touched) stream.settle();
  }

  function open(deviceId: string): DeviceStream {
    const stream: DeviceStream = makeDeviceStream(
      deviceId,
      { ...needs, onOver: (id) => streams.delete(id) },
      () => touch(stream),
    );
    streams.set(deviceId, stream);
    return stream;
  }

  return {
    watch: (deviceId, wish, viewer) => (streams.get(deviceId) ?? open(deviceId)).watch(wish, viewer),
    hear: (packet, payload) => streams.get(packet.header.deviceId)?.hear(packet, payload),
    hearStatus: (status) => streams.get(status.device_id)?.hearStatus(status),
    jpegDone: (deviceId, shownMs) => streams.get(deviceId)?.jpegDone(shownMs),
    askAgain(deviceId) {
      for (const [id, stream] of streams) if (deviceId === undefined || id === deviceId) stream.askAgain();
    },
    look() {
      for (const stream of streams.values()) stream.look();
    },
    close() {
      for (const stream of streams.values()) stream.close();
      streams.clear();
    },
  };
}
