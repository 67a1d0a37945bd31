import type { DeviceIdentity } from "../../../protocol/device-state.ts";
import { pause } from "../pause.ts";
import type { DeviceLink } from "./device-link.ts";
import { identityCommand, identityOf } from "./identity.ts";

const readLimitMs = 10_000;
const againMs = 2000;
const attempts = 30;

/** Asks a device what it is. ADB answers before Android has booted, so it is asked for up to a minute. */
export async function readIdentity(
  link: Pick<DeviceLink, "shell">,
  signal: AbortSignal,
): Promise<DeviceIdentity> {
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
    if (attempt > 0) await pause(againMs, signal);
    const { stdout } = await link.shell(identityCommand, readLimitMs);
    const identity = identityOf(stdout);
    if (identity !== undefined) return identity;
  }
  throw new Error("the device does not say what it is; is it still starting?");
}
