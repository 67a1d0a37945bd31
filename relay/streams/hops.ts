import type { MediaHeader } from "../../protocol/media-packet.ts";
import type { Metrics } from "../metrics/metrics.ts";

/** How long a picture took from the display to the relay, by its own times. One that nobody knows is 0, and says nothing. */
export function measureHops(metrics: Metrics, header: MediaHeader): void {
  const { kind, capturedMs, takenMs, sentMs, relayedInMs } = header;
  if (kind === "still" || kind === "sound" || kind === "sound-start") return;
  const encoding = kind === "jpeg" ? "jpeg" : "h264";
  if (capturedMs > 0 && takenMs > 0) metrics.hop("capture", encoding, takenMs - capturedMs);
  if (takenMs > 0 && sentMs > 0) metrics.hop("engine", encoding, sentMs - takenMs);
  if (sentMs > 0) metrics.hop("uplink", encoding, relayedInMs - sentMs);
}
