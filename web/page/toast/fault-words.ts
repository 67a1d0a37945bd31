import { faultCodes } from "../../../protocol/fault.ts";
import type { LinkFault } from "../link/link-fault.ts";

/** What to do about a fault, for a person; the fault's own message says what happened. */
const whatToDo: Record<LinkFault["code"], string> = {
  AUTH_FAILED: "Open the link that the relay printed when it started, or paste its token.",
  DEVICE_NOT_FOUND:
    "No PC has reported this phone. Check that its worker tab is open and the phone plugged in.",
  COMMAND_TIMEOUT: "Try again; if it stays, look whether the worker tab on the farm PC still runs.",
  STREAM_ERROR: "Close and open the device. If it stays black, reconnect its cable.",
  INVALID_PAYLOAD: "This page and the relay do not understand each other: reload the page.",
  RATE_LIMITED: "Wait a moment and go on: this was too much at once.",
  FORBIDDEN: "You may not do that now. Ask whoever runs the farm, or who holds the phone.",
  WORKER_OFFLINE: "Open the worker tab on the phone's PC, or plug the phone in.",
  INTERNAL: "The relay's log has the details.",
  NOT_ANSWERED: "It may have been done all the same: look before you ask again.",
  NOT_CONNECTED: "It is tried again by itself. Check that the relay runs and the network works.",
};

/** What a command failed with, taken apart: the relay writes `CODE: message`, a worker writes what it likes. */
export function failureOf(error: string): { code?: LinkFault["code"]; message: string } {
  const [start = "", ...rest] = error.split(": ");
  const code = faultCodes.find((code) => code === start);
  return code === undefined || rest.length === 0 ? { message: error } : { code, message: rest.join(": ") };
}

/** What happened and what to do about it, as whole sentences. */
export function faultWords(fault: LinkFault): string {
  return `${fault.message.replace(/[.!?]*$/, ".")} ${adviceFor(fault)}`;
}

export function adviceFor(fault: LinkFault): string {
  return whatToDo[fault.code];
}
