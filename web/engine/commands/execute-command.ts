import type { AnyCommand, ScreenshotResult, ShellResult } from "../../../protocol/command.ts";
import { encodeBase64 } from "../../connection/base64.ts";
import type { DeviceLink } from "../device/device-link.ts";
import { withTimeLimit } from "../time-limit.ts";
import { inputLine, isTypeable } from "./input-line.ts";
import { readPngSize } from "./png.ts";
import type { Screen } from "../screen/screen.ts";
import { isLiveable, performLive } from "./touch-control.ts";

// Below the relay's 60 s, so that what the device said wins over "it took too long".
const shellLimitMs = 55_000;
const inputLimitMs = 15_000;
const screenshotLimitMs = 30_000;

/** What a command may use of its device. */
export interface CommandTarget {
  link: Pick<DeviceLink, "shell" | "readOutput">;
  /** Undefined where no Android is behind ADB. */
  screen: Pick<Screen, "liveControl" | "openControl"> | undefined;
  /** Aborts when the device is gone. */
  signal: AbortSignal;
}

type AndroidTarget = CommandTarget & { screen: object };

/** Does a command; resolves with its `result`, rejects with what the device said. */
export async function executeCommand(command: AnyCommand, target: CommandTarget): Promise<unknown> {
  if (command.command_type === "shell") return await runShellCommand(command, target);
  if (!isAndroid(target)) throw new Error(`${command.command_type} needs Android: not an Android userland`);
  if (command.command_type === "screenshot") return await takeScreenshot(target);
  const limitMs = inputLimitMs + (command.params.duration ?? 0);
  await withTimeLimit(`the ${command.command_type}`, limitMs, performInput(command, target));
  return undefined;
}

function isAndroid(target: CommandTarget): target is AndroidTarget {
  return target.screen !== undefined;
}

function runShellCommand(command: AnyCommand, target: CommandTarget): Promise<ShellResult> {
  return target.link.shell(command.params.shellCommand ?? "", shellLimitMs);
}

async function takeScreenshot(target: CommandTarget): Promise<ScreenshotResult> {
  const png = await target.link.readOutput("screencap -p", screenshotLimitMs);
  const size = readPngSize(png);
  if (size === undefined) {
    throw new Error(`screencap made no picture: ${new TextDecoder().decode(png.subarray(0, 300))}`);
  }
  return { mime: "image/png", base64: encodeBase64(png), ...size };
}

async function performInput(command: AnyCommand, target: AndroidTarget): Promise<void> {
  const live = target.screen.liveControl();
  if (live !== undefined && isLiveable(command, live)) {
    await performLive(command, live, target.signal);
    return;
  }
  if (command.command_type === "text" && !isTypeable(command.params.text ?? "")) {
    await performLive(command, await target.screen.openControl(), target.signal);
    return;
  }
  const line = inputLine(command);
  if (line === undefined) throw new Error(`no way to do ${command.command_type}`);
  const {
    exit_code: exitCode,
    stderr,
    stdout,
  } = await target.link.shell(line, inputLimitMs + (command.params.duration ?? 0));
  if (exitCode !== 0) {
    throw new Error(`${line.split(" ", 2).join(" ")} ended with ${exitCode}: ${(stderr || stdout).trim()}`);
  }
}
