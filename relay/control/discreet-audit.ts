import type { Audit } from "../audit/audit.ts";
import type { Control } from "./control.ts";

/**
 * Of what a person types by `command:send` to a device that it controls in private, the trail keeps the length. A
 * broadcast, which names no device, is private when any of the person's sessions is.
 */
export function keepDiscreet(audit: Audit, control: Control): Audit {
  return {
    ...audit,
    record(author, entry) {
      const { event, deviceId, details } = entry;
      if (event === "command:send" && isTyping(details) && control.isPrivate(author.actor, deviceId)) {
        const { text, ...params } = details.params;
        const discreet = { ...details, params: { ...params, text_chars: text.length } };
        audit.record(author, { ...entry, details: discreet });
      } else audit.record(author, entry);
    },
  };
}

function isTyping(details: unknown): details is { params: { text: string } } {
  if (typeof details !== "object" || details === null || !("params" in details)) return false;
  const { params } = details;
  return typeof params === "object" && params !== null && "text" in params && typeof params.text === "string";
}
