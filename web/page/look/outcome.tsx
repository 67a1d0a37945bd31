import type { JSX } from "solid-js";
import type { CommandTarget } from "../link/command-desk.ts";
import { Icon } from "./icon.tsx";
import "./outcome.css";

const marks = {
  sent: { icon: "retry", words: "sent", tone: "waits" },
  received: { icon: "retry", words: "received", tone: "waits" },
  executing: { icon: "retry", words: "executing", tone: "waits" },
  completed: { icon: "check", words: "completed", tone: "good" },
  failed: { icon: "cross", words: "failed", tone: "bad" },
} as const;

/** ✓, ✗ or still turning. */
export function Outcome(props: { status: CommandTarget["status"]; error?: string | undefined }): JSX.Element {
  const mark = () => marks[props.status];
  return (
    <span
      class={`outcome ${mark().tone}`}
      role="img"
      aria-label={mark().words}
      title={props.error ?? mark().words}
    >
      <Icon name={mark().icon} size={14} />
    </span>
  );
}
