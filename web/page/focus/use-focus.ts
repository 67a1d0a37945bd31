import { createContext, useContext } from "solid-js";
import type { CommandOrder, SentCommand } from "../link/command-desk.ts";
import type { DeviceRecord } from "../link/device-book.ts";
import type { LiveHand } from "./live-hand.ts";

/** The device in focus, and how its controls reach it. */
export interface FocusControl {
  device(): DeviceRecord;
  /** Sends to this device; a failure is told by a toast. */
  send(order: Omit<CommandOrder, "deviceIds">): SentCommand;
  press(keyCode: number): void;
  /** Types a text of any language where the phone's cursor is. */
  type(text: string): void;
  /** What happens at once where it can; without it the device is driven by commands. */
  hand: LiveHand;
  /** Why the device cannot be driven now, or its shell not be used; nothing when it can. */
  hindrance(): string | undefined;
  shellHindrance(): string | undefined;
}

export const FocusContext = createContext<FocusControl>();

export function useFocus(): FocusControl {
  const control = useContext(FocusContext);
  if (control === undefined) throw new Error("useFocus needs a FocusContext above it");
  return control;
}
