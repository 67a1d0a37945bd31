import type { ControlKind, ControlMessage } from "../../protocol/control-message.ts";
import type { DashboardWire } from "../wire.ts";

/** What is kept of the text that one session types. */
const mostTextChars = 4096;
const decoder = new TextDecoder();

/** One dashboard's live control of one device, and what the trail will say of it. */
export interface ControlSession {
  readonly wire: DashboardWire;
  readonly deviceId: string;
  isPrivate: boolean;
  /** How often what was copied on the phone was told to it. */
  clipboards: number;
  count(messages: ControlMessage[]): void;
  /** For the row of the session: messages by kind, bytes, duration, what was typed or, where private, how much, and clipboards. */
  summary(nowMs: number): object;
}

export function makeControlSession(
  wire: DashboardWire,
  deviceId: string,
  isPrivate: boolean,
  startedAtMs: number,
): ControlSession {
  const messages: Partial<Record<ControlKind, number>> = {};
  let bytes = 0;
  let typed = "";
  let privateChars = 0;

  function type(text: string, isPrivate: boolean): void {
    if (isPrivate) privateChars += text.length;
    else if (typed.length <= mostTextChars) typed += text;
  }

  return {
    wire,
    deviceId,
    isPrivate,
    clipboards: 0,
    count(counted) {
      for (const { kind, byteLength, text } of counted) {
        messages[kind] = (messages[kind] ?? 0) + 1;
        bytes += byteLength;
        if (text !== undefined) type(decoder.decode(text), this.isPrivate);
      }
    },
    summary(nowMs) {
      const { clipboards } = this;
      return {
        messages,
        bytes,
        duration_ms: nowMs - startedAtMs,
        ...(typed === "" ? {} : { text: cut(typed) }),
        ...(privateChars === 0 ? {} : { text_chars: privateChars }),
        ...(clipboards === 0 ? {} : { clipboards }),
      };
    },
  };
}

function cut(text: string): string {
  return text.length > mostTextChars ? `${text.slice(0, mostTextChars)}…` : text;
}
