import type { DeviceIdentity } from "../../../protocol/device-state.ts";
import { pause } from "../pause.ts";
import type { DeviceLink } from "./device-link.ts";
import { identityCommand, identityOf, isNotAndroid } from "./identity.ts";

const readLimitMs = 15_000;
const againMs = 2000;

/**
 * Asks a device what it is; undefined when no Android is behind its ADB. ADB answers before Android has booted, which
 * takes minutes on an old phone: it is asked for as long as it answers something, and rejects when it does not.
 */
export async function readIdentity(
  link: Pick<DeviceLink, "shell">,
  onBooting: () => void,
  signal: AbortSignal,
): Promise<DeviceIdentity | undefined> {
  for (;;) {
    const answer = await link.shell(identityCommand, readLimitMs);
    signal.throwIfAborted();
    const identity = identityOf(answer.stdout);
    if (identity !== undefined || isNotAndroid(answer)) return identity;
    onBooting();
    await pause(againMs, signal);
    signal.throwIfAborted();
  }
}
