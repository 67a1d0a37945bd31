import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import {
  headerBytes,
  readMediaHeader,
  stampRelayedIn,
  type MediaHeader,
} from "../../protocol/media-packet.ts";
import type { StreamFrame, StreamStatus } from "../../protocol/stream.ts";
import { preciseNowMs } from "../clock.ts";
import type { Limits } from "../limits/limits.ts";
import { sharePacket } from "../media/shared-packet.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Presence } from "../presence/presence.ts";
import { measureHops } from "./hops.ts";
import { pictureOfFrame, pictureOfPacket, weightOf } from "./picture.ts";
import type { WatchedDevice } from "./watched-device.ts";

/** What comes from workers: asked for whose it is, counted, limited, and handed to its device. */
export interface Intake {
  frame(pcId: string, frame: StreamFrame): Result<object>;
  packet(pcId: string, packet: Uint8Array): Result<object>;
  status(pcId: string, status: StreamStatus): Result<object>;
}

export interface IntakeNeeds {
  presence: Presence;
  metrics: Metrics;
  limits: Limits;
  /** Whether the PC's worker sends each layer that is asked for, and not one for everybody. */
  isLayered(pcId: string): boolean;
  /** The device while somebody watches it. */
  watched(deviceId: string): WatchedDevice | undefined;
  /** Something came that nobody watches. */
  onStray(deviceId: string): void;
}

export function makeIntake(needs: IntakeNeeds): Intake {
  const { presence, metrics, limits } = needs;

  function refusal(pcId: string, deviceId: string): Result<never> | undefined {
    if (presence.holds(pcId, deviceId)) return undefined;
    return fail("FORBIDDEN", `device ${deviceId} is not one of ${pcId}'s`);
  }

  function tooMany({ kind, deviceId, layer }: MediaHeader, bytes: number): Fault | undefined {
    if (kind === "jpeg") return limits.frames.refusal(`${deviceId} ${layer}`);
    const packets = kind === "sound" ? limits.sound : limits.video;
    return packets.refusal(deviceId) ?? limits.mediaBytes.refusal(deviceId, bytes);
  }

  return {
    frame(pcId, frame) {
      const { device_id: deviceId } = frame;
      const refused = refusal(pcId, deviceId);
      if (refused !== undefined) return refused;
      const picture = pictureOfFrame(frame, preciseNowMs());
      metrics.packetIn("jpeg", weightOf(frame));
      const fault = limits.frames.refusal(`${deviceId} ${picture.layer}`);
      if (fault !== undefined) return { ok: false, fault };
      const device = needs.watched(deviceId);
      if (device === undefined) needs.onStray(deviceId);
      else device.picture(picture, needs.isLayered(pcId));
      return succeed({});
    },
    packet(pcId, given) {
      const read = readMediaHeader(given);
      if (!read.ok) return read;
      const header = read.value;
      const { deviceId, kind } = header;
      if (given.byteLength === headerBytes && kind !== "still") return emptyPacket(kind);
      const refused = refusal(pcId, deviceId);
      if (refused !== undefined) return refused;
      header.relayedInMs = preciseNowMs();
      metrics.packetIn(kind, given.byteLength);
      measureHops(metrics, header);
      const device = needs.watched(deviceId);
      const fault = tooMany(header, given.byteLength);
      if (fault !== undefined) {
        if (kind === "key" || kind === "delta") device?.loseVideo();
        return { ok: false, fault };
      }
      if (device === undefined) {
        needs.onStray(deviceId);
        return succeed({});
      }
      const packet = sharePacket(given);
      stampRelayedIn(packet.bytes, header.relayedInMs);
      if (kind === "jpeg") device.picture(pictureOfPacket(header, packet), needs.isLayered(pcId));
      else device.packet({ header, packet });
      return succeed({});
    },
    status(pcId, status) {
      const refused = refusal(pcId, status.device_id);
      if (refused !== undefined) return refused;
      needs.watched(status.device_id)?.status(status);
      return succeed({});
    },
  };
}

function emptyPacket(kind: string): Result<never> {
  const problem = `has nothing after its header, and ${kind} needs something`;
  const details = { event: "stream:packet", path: "", problem };
  return fail("INVALID_PAYLOAD", `a media packet ${problem}`, details);
}
