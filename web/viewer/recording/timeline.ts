import type { MediaHeader } from "../../../protocol/media-packet.ts";

/**
 * What was held up on its way is taken late, and an encoder that takes over may begin with a picture of a moment before:
 * that lengths differ by less says nothing about the clocks.
 */
const mostDisagreementMs = 60_000;

type Times = Pick<MediaHeader, "deviceUs" | "takenMs">;

/** Where the packets of one stream lie on the time line of a recording. */
export interface Timeline {
  /** A picture: in seconds since the first one, and later than the one before. */
  placePicture(packet: Times, isKey: boolean): number;
  /** Sound, by the same clock; undefined before the first picture. */
  placeSound(packet: Times): number | undefined;
  /** Seconds at a moment of the relay's clock, by the picture that came quickest. */
  at(relayMs: number): number;
}

function clockUs({ deviceUs, takenMs }: Times): number {
  return deviceUs > 0 ? deviceUs : takenMs * 1000;
}

/** Two pictures are never at the same time. */
const leastSeconds = 0.001;

/**
 * A device tells when it showed each picture, to the microsecond: that is what a recording plays. A device that began
 * again, or an encoder with a clock of its own, is seen at a key frame by the time at which the engine had it.
 */
export function makeTimeline(): Timeline {
  let originUs: number | undefined;
  /** When the recording's beginning would have been here, had it come as quickly as the quickest picture. */
  let zeroMs = Infinity;
  let last: { deviceUs: number; takenMs: number; seconds: number } | undefined;

  return {
    placePicture(packet, isKey) {
      const deviceUs = clockUs(packet);
      originUs ??= deviceUs;
      if (last !== undefined && isKey) {
        const disagreementUs = deviceUs - last.deviceUs - (packet.takenMs - last.takenMs) * 1000;
        if (Math.abs(disagreementUs) > mostDisagreementMs * 1000) {
          originUs += disagreementUs;
          zeroMs = Infinity;
        }
      }
      const earliest = last === undefined ? 0 : last.seconds + leastSeconds;
      const seconds = Math.max((deviceUs - originUs) / 1e6, earliest);
      last = { deviceUs, takenMs: packet.takenMs, seconds };
      zeroMs = Math.min(zeroMs, packet.takenMs - seconds * 1000);
      return seconds;
    },
    placeSound(packet) {
      return originUs === undefined ? undefined : (clockUs(packet) - originUs) / 1e6;
    },
    at(relayMs) {
      if (last === undefined) return 0;
      return Math.max(last.seconds, (relayMs - zeroMs) / 1000);
    },
  };
}
