import type { ShellResult } from "../../../protocol/command.ts";
import type { DeviceIdentity } from "../../../protocol/device-state.ts";
import type { Size } from "../../../protocol/fields.ts";

/** One shell line that answers everything an identity needs; `identityOf` reads its output. */
export const identityCommand =
  "getprop ro.product.manufacturer; getprop ro.product.model; getprop ro.build.version.release; wm size";

/**
 * Reads `wm size`. An override wins over the physical size: it is what touches and screenshots are measured in.
 * Android prints `Physical size: 1080x2400` and, when set, `Override size: 720x1600`.
 */
export function parseScreenSize(output: string): Size | undefined {
  const match = /Override size:\s*(\d+)x(\d+)/.exec(output) ?? /Physical size:\s*(\d+)x(\d+)/.exec(output);
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** Undefined when the output is not that of `identityCommand`, e.g. while the device still boots. */
export function identityOf(output: string): DeviceIdentity | undefined {
  const [manufacturer, model, androidVersion, ...rest] = output.split(/\r?\n/);
  const screen = parseScreenSize(rest.join("\n"));
  if (manufacturer === undefined || model === undefined || androidVersion === undefined) return undefined;
  if (screen === undefined) return undefined;
  return {
    manufacturer: manufacturer.trim().slice(0, 256),
    model: model.trim().slice(0, 256),
    androidVersion: androidVersion.trim().slice(0, 256),
    screen,
  };
}

const notFound = 127;

/**
 * Whether the answer to `identityCommand` is that of a Linux without Android: it has none of the programs. An Android that
 * still boots has them, they only find no service to ask; its recovery system has at least `getprop`.
 */
export function isNotAndroid({ stdout, exit_code: exitCode }: ShellResult): boolean {
  return exitCode === notFound && stdout.trim() === "";
}
