import type { BadPacket } from "./bad-packet.ts";
import { badConnecting } from "./connecting.ts";
import { badFraming } from "./framing.ts";
import { badShell, badSync } from "./services.ts";
import { badOpens, badStreaming } from "./streaming.ts";

/** Every kind there is. One table for the virtual phone and for a real adbd: both have to do the same. */
export const badPackets: readonly BadPacket[] = [
  ...badFraming,
  ...badConnecting,
  ...badOpens,
  ...badStreaming,
  ...badSync,
  ...badShell,
];
