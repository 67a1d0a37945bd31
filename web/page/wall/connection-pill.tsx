import type { JSX } from "solid-js";
import type { Connection } from "../../../protocol/connection.ts";
import { useLink } from "../link/use-link.ts";

const words: Record<Connection["kind"], { text: string; tone: string }> = {
  connecting: { text: "Connecting", tone: "waits" },
  connected: { text: "Live", tone: "ok" },
  reconnecting: { text: "Reconnecting", tone: "warn waits" },
  down: { text: "Not connected", tone: "bad" },
  refused: { text: "Refused", tone: "bad" },
};

const fallbackWords = { text: "Fallback", tone: "warn" };

export function ConnectionPill(): JSX.Element {
  const link = useLink();
  const now = () => (link.state.fallback.kind === "live" ? fallbackWords : words[link.state.connection.kind]);
  return (
    <span class={`badge ${now().tone}`} role="status" aria-label={`Relay: ${now().text}`}>
      {now().text}
    </span>
  );
}
