import * as v from "valibot";
import {
  screenshotResult,
  shellResult,
  type CommandType,
  type ScreenshotResult,
  type ShellResult,
} from "../../../protocol/command.ts";

/** An ack's `result` is whatever a worker sent: it is looked at before it is shown. */
export function shellResultOf(type: CommandType, result: unknown): ShellResult | undefined {
  if (type !== "shell") return undefined;
  const parsed = v.safeParse(shellResult, result);
  return parsed.success ? parsed.output : undefined;
}

export function screenshotOf(type: CommandType, result: unknown): ScreenshotResult | undefined {
  if (type !== "screenshot") return undefined;
  const parsed = v.safeParse(screenshotResult, result);
  return parsed.success ? parsed.output : undefined;
}

export function dataUrlOf(screenshot: ScreenshotResult): string {
  return `data:${screenshot.mime};base64,${screenshot.base64}`;
}

/** e.g. `Pixel-8-emulator-1-20261123-042000.png`, safe on every file system. */
export function screenshotFileName(label: string, takenAtMs: number): string {
  const time = new Date(takenAtMs)
    .toISOString()
    .replace(/[-:]|\..*$/g, "")
    .replace("T", "-");
  return `${label.replace(/[^\w.-]+/g, "-")}-${time}.png`;
}
