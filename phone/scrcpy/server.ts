import { openConnections, type Connection, type Connections } from "./connection.ts";
import type { ScrcpyContext, StartScrcpy } from "./context.ts";
import { makeControlMessageReader } from "./control-message.ts";
import { makeController } from "./controller.ts";
import { encodeDeviceMessage, type DeviceMessage } from "./device-message.ts";
import {
  describeAudioEncoders,
  describeDisplays,
  describeLists,
  describeVideoEncoders,
  type Listed,
} from "./lists.ts";
import { makeLog, type Log } from "./log.ts";
import { parseOptions, type ScrcpyOptions } from "./options.ts";
import type { OpenSoundEncoder } from "../sound/sound-encoder.ts";
import type { OpenEncoder } from "./picture-encoder.ts";
import { makeLimitedEncoder } from "./limited-encoder.ts";
import { streamAudio } from "./audio-stream.ts";
import { encodeDeviceMeta } from "./media-packet.ts";
import { makeVideoStream } from "./video-stream.ts";

const powerKeyCode = 26;
/** As scrcpy's `DeviceMessageSender`: a client that does not read loses messages instead of the phone's memory. */
const mostWaitingMessages = 16;

export interface ScrcpyServerParts {
  /** `encodeWithWebCodecs` in a browser, `encodeInSoftware` where there is none. */
  encode: OpenEncoder;
  /** `encodeOpus` in a browser; absent where there is none, as on a phone without an Opus encoder. */
  encodeOpus?: OpenSoundEncoder;
}

/** The device side of scrcpy 3.3.3. What it returns runs one server from its command line to its exit code. */
export function makeScrcpyServer(parts: ScrcpyServerParts): StartScrcpy {
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
      for (const text of describeLists(options.lists, listedOf(context, parts))) log("info", text);
      return 0;
    }
    return mirror(context, options, log, parts);
  };
}

async function mirror(
  context: ScrcpyContext,
  options: ScrcpyOptions,
  log: Log,
  server: ScrcpyServerParts,
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
    await runParts({ context, options, log, server, connections, signal, end });
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
  server: ScrcpyServerParts;
  connections: Connections;
  signal: AbortSignal;
  end: AbortController;
}

async function runParts(running: Running): Promise<void> {
  const { context, options, log, server, connections, signal, end } = running;
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
          encode: makeLimitedEncoder(server.encode, (size) =>
            context.canEncode(size, videoEncoderOf(options, context)),
          ),
          options,
          log,
          write: (bytes) => video.write(bytes),
          onSize: (size, displaySize) => controller.setVideo(size, displaySize),
          signal,
        });

  const parts: Promise<void>[] = [];
  if (audio !== undefined) {
    parts.push(
      streamAudio({
        model: context.model,
        speaker: display.speaker,
        options,
        log,
        encodeOpus: server.encodeOpus,
        describeEncoders: () => describeAudioEncoders(listedOf(context, server)),
        write: (bytes) => audio.write(bytes),
        signal,
      }).then((goesOn) => void (!goesOn && end.abort())),
    );
  }
  if (video !== undefined && stream !== undefined) {
    // Nothing comes on this socket; its end is noticed at once even while the screen is still.
    void video.read(() => undefined).then(() => end.abort());
    const canStart = checkVideo(options, log, context, listedOf(context, server));
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
function checkVideo(options: ScrcpyOptions, log: Log, context: ScrcpyContext, listed: Listed): boolean {
  const { displayId, videoCodec, videoEncoder } = options;
  if (videoEncoder !== "" && !context.model.h264Encoders.includes(videoEncoder)) {
    log(
      "error",
      `Video encoder '${videoEncoder}' for ${videoCodec} not found\n${describeVideoEncoders(listed)}`,
    );
    return false;
  }
  if (videoCodec !== "h264") {
    log(
      "error",
      `Could not create default video encoder for ${videoCodec}\n${describeVideoEncoders(listed)}`,
    );
    return false;
  }
  if (displayId !== 0) {
    log("error", `Display ${displayId} not found\n${describeDisplays(context.display)}`);
    return false;
  }
  const name = videoEncoderOf(options, context);
  log(
    "debug",
    videoEncoder === "" ? `Using video encoder: '${name}'` : `Creating encoder by name: '${name}'`,
  );
  return true;
}

function videoEncoderOf({ videoEncoder }: ScrcpyOptions, { model }: ScrcpyContext): string {
  return videoEncoder || (model.h264Encoders[0] ?? "");
}

function listedOf({ display, model }: ScrcpyContext, { encodeOpus }: ScrcpyServerParts): Listed {
  return { display, model, hasOpus: encodeOpus !== undefined };
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
