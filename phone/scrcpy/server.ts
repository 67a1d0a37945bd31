import { openConnections, type Connection, type Connections } from "./connection.ts";
import type { ScrcpyContext, StartScrcpy } from "./context.ts";
import { makeControlMessageReader } from "./control-message.ts";
import { makeController } from "./controller.ts";
import { encodeDeviceMessage, type DeviceMessage } from "./device-message.ts";
import { describeDisplays, describeEncoders, describeLists, encoderNames } from "./lists.ts";
import { makeLog, type Log } from "./log.ts";
import { parseOptions, type ScrcpyOptions } from "./options.ts";
import type { OpenEncoder } from "./picture-encoder.ts";
import { makeLimitedEncoder } from "./limited-encoder.ts";
import { audioDisabled, encodeDeviceMeta } from "./video-packet.ts";
import { makeVideoStream } from "./video-stream.ts";

const powerKeyCode = 26;
const android11Sdk = 30;
/** As scrcpy's `DeviceMessageSender`: a client that does not read loses messages instead of the phone's memory. */
const mostWaitingMessages = 16;

export interface ScrcpyServerParts {
  /** `encodeWithWebCodecs` in a browser, `encodeInSoftware` where there is none. */
  encode: OpenEncoder;
}

/** The device side of scrcpy 3.3.3. What it returns runs one server from its command line to its exit code. */
export function makeScrcpyServer({ encode }: ScrcpyServerParts): StartScrcpy {
  return async (context) => {
    const parsed = parseOptions(context.args);
    if (!parsed.ok) {
      fail(makeLog(context, "debug"), "java.lang.IllegalArgumentException", parsed.message);
      return 1;
    }
    for (const warning of parsed.warnings) makeLog(context, "debug")("warn", warning);
    const { options } = parsed;
    const log = makeLog(context, options.logLevel);
    const { manufacturer, model, androidVersion } = context.model;
    log(
      "info",
      `Device: [${manufacturer}] ${manufacturer.toLowerCase()} ${model} (Android ${androidVersion})`,
    );
    if (options.cleanup) context.unlinkServer?.();
    if (options.lists.length > 0) {
      for (const text of describeLists(options.lists, context.display)) log("info", text);
      return 0;
    }
    return mirror(context, options, log, encode);
  };
}

async function mirror(
  context: ScrcpyContext,
  options: ScrcpyOptions,
  log: Log,
  encode: OpenEncoder,
): Promise<number> {
  if (options.videoSource === "camera") {
    log("error", "Camera mirroring is not supported");
    return 0;
  }
  const end = new AbortController();
  const signal = AbortSignal.any([context.signal, end.signal]);
  let connections: Connections;
  try {
    connections = await openConnections(context, options, signal);
  } catch (error) {
    if (!context.signal.aborted)
      fail(log, "java.io.IOException", error instanceof Error ? error.message : String(error));
    return 1;
  }
  const closeAll = () => {
    for (const connection of connections.all) connection.close();
  };
  signal.addEventListener("abort", closeAll);
  if (context.signal.aborted) closeAll();
  try {
    if (options.sendDeviceMeta) await connections.all[0]?.write(encodeDeviceMeta(context.model.model));
    // The first of video and control to end takes the whole server with it; sound may be missing.
    await runParts({ context, options, log, encode, connections, signal, end });
  } finally {
    end.abort();
    closeAll();
    if (options.powerOffOnClose && context.display.isAwake) pressPower(context);
  }
  return 0;
}

interface Running {
  context: ScrcpyContext;
  options: ScrcpyOptions;
  log: Log;
  encode: OpenEncoder;
  connections: Connections;
  signal: AbortSignal;
  end: AbortController;
}

async function runParts(running: Running): Promise<void> {
  const { context, options, log, encode, connections, signal, end } = running;
  const { display } = context;
  const { video, audio, control } = connections;
  const sender = control === undefined ? () => undefined : makeSender(control, log);
  const controller = makeController({
    display,
    isClipboardSynced: options.clipboardAutosync,
    log,
    send: sender,
    resetVideo: () => stream?.reset(),
  });
  const stream =
    video === undefined
      ? undefined
      : makeVideoStream({
          display,
          encode: makeLimitedEncoder(encode, (size) => context.canEncode(size)),
          options,
          log,
          write: (bytes) => video.write(bytes),
          onSize: (size, displaySize) => controller.setVideo(size, displaySize),
          signal,
        });

  const parts: Promise<void>[] = [];
  if (audio !== undefined) {
    log(
      context.model.sdk < android11Sdk ? "warn" : "error",
      context.model.sdk < android11Sdk
        ? "Audio disabled: it is not supported before Android 11"
        : "Failed to start audio capture",
    );
    parts.push(audio.write(audioDisabled).then(() => log("debug", "Audio encoder stopped")));
  }
  if (video !== undefined && stream !== undefined) {
    // Nothing comes on this socket; its end is noticed at once even while the screen is still.
    void video.read(() => undefined).then(() => end.abort());
    const canStart = checkVideo(options, log, context);
    parts.push((canStart ? stream.run() : Promise.resolve()).finally(() => end.abort()));
  }
  if (control !== undefined) {
    if (options.powerOn && !display.isAwake) pressPower(context);
    const stopWatching = controller.watchClipboard();
    const reader = makeControlMessageReader();
    const ended = control.read((chunk) => {
      for (const message of reader.push(chunk)) {
        if (message.type !== "malformed") controller.handle(message);
        else control.close();
      }
    });
    parts.push(
      ended.finally(() => {
        stopWatching();
        log("debug", "Controller stopped");
        end.abort();
      }),
    );
  }
  await Promise.all(parts);
  if (options.cleanup && controller.keepsPanelDark) {
    log("info", "Restoring display power");
    display.isLit = true;
  }
}

/** What the real server finds out when it makes its encoder. */
function checkVideo(options: ScrcpyOptions, log: Log, context: ScrcpyContext): boolean {
  const { displayId, videoCodec, videoEncoder } = options;
  if (videoEncoder !== "" && !encoderNames.includes(videoEncoder)) {
    log("error", `Video encoder '${videoEncoder}' for ${videoCodec} not found\n${describeEncoders("video")}`);
    return false;
  }
  if (videoCodec !== "h264") {
    log("error", `Could not create default video encoder for ${videoCodec}\n${describeEncoders("video")}`);
    return false;
  }
  if (displayId !== 0) {
    log("error", `Display ${displayId} not found\n${describeDisplays(context.display)}`);
    return false;
  }
  log("debug", `Using video encoder: '${videoEncoder || encoderNames[0]}'`);
  return true;
}

function makeSender(control: Connection, log: Log): (message: DeviceMessage) => void {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (message) => {
    if (waiting >= mostWaitingMessages) return log("warn", `Device message dropped: ${message.type}`);
    waiting += 1;
    last = last
      .then(() => control.write(encodeDeviceMessage(message)))
      .finally(() => {
        waiting -= 1;
      });
    return undefined;
  };
}

function pressPower({ display }: ScrcpyContext): void {
  display.key({ action: "down", keyCode: powerKeyCode, metaState: 0 });
  display.key({ action: "up", keyCode: powerKeyCode, metaState: 0 });
}

function fail(log: Log, exception: string, message: string): void {
  log("error", `${message}\n${exception}: ${message}`);
}
