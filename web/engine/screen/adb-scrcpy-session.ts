import { Adb, type AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyExitedError, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { h264ParseConfiguration, ScrcpyInstanceId, type ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import { ScopedTransport } from "../device/scoped-transport.ts";
import { withTimeLimit } from "../time-limit.ts";
import { makeScrcpyControl } from "./adb-scrcpy-control.ts";
import { serverPath, uploadServer, type ServerProgram } from "./scrcpy-server.ts";
import { drain, makeLastWords } from "./server-output.ts";
import { ServerEndedError, type ScrcpySession, type ScrcpyWish, type VideoPacket } from "./scrcpy-session.ts";

const startLimitMs = 15_000;

/** `DeviceLink.startScrcpy` over ADB. */
export async function startAdbScrcpySession(
  transport: AdbTransport,
  serverProgram: ServerProgram,
  wish: ScrcpyWish,
): Promise<ScrcpySession> {
  const scope = new ScopedTransport(transport);
  try {
    return await withTimeLimit("starting scrcpy", startLimitMs, start(scope, serverProgram, wish));
  } catch (error) {
    void scope.close();
    if (error instanceof AdbScrcpyExitedError) {
      const lastWords = error.output.slice(-5).join(" ") || "no output";
      throw new ServerEndedError(`the scrcpy server ended: ${lastWords}`, { cause: error });
    }
    throw error;
  }
}

async function start(
  scope: ScopedTransport,
  serverProgram: ServerProgram,
  wish: ScrcpyWish,
): Promise<ScrcpySession> {
  await uploadServer(scope, await serverProgram());
  const client = await AdbScrcpyClient.start(new Adb(scope), serverPath, makeOptions(wish));
  const lastWords = makeLastWords();
  const ends: Promise<unknown>[] = [drain(client.output, (line) => lastWords.add(line))];
  // Until somebody waits for it: the start may still fail.
  ends[0]?.catch(() => undefined);
  // Also while nobody wants the device's clipboard: Tango acknowledges a paste only with `clipboardAutosync` (scrcpy's
  // default), and an unread clipboard message would hold up every message after it.
  if (client.clipboard !== undefined) {
    drain(client.clipboard, (text) => wish.onClipboard?.(text)).catch(() => undefined);
  }
  const controller = client.controller;
  if (controller === undefined) throw new Error("scrcpy opened no control socket");
  const video = await client.videoStream;
  if (video !== undefined) {
    ends.push(
      drain(video.stream, (packet) => {
        const mine = videoPacketOf(packet);
        if (mine !== undefined) wish.onPacket(mine);
      }),
    );
  }
  const ended = Promise.race(ends).then(
    () => lastWords.text() || "the scrcpy server ended",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  // Whatever ended first, the rest is of no use.
  void ended.then(() => scope.close());
  return { control: makeScrcpyControl(controller), ended, close: () => scope.close() };
}

function makeOptions(wish: ScrcpyWish): AdbScrcpyOptions3_3_3<boolean> {
  const video = wish.video;
  return new AdbScrcpyOptions3_3_3<boolean>({
    // Its own socket name, so that a server that is still ending cannot be mistaken for the new one.
    scid: ScrcpyInstanceId.random(),
    // Else the server removes its own program at some moment after the start, perhaps just when the next session (a
    // larger picture) wants to run it. We change no setting of the phone that would need to be put back.
    cleanup: false,
    powerOn: wish.wakes ?? true,
    audio: false,
    control: true,
    video: video !== undefined,
    // The device's name comes on the first socket. Without video that is the control socket, where Tango takes it
    // for a message it does not know.
    sendDeviceMeta: video !== undefined,
    ...(video && { maxSize: video.maxSize, maxFps: video.maxFps, videoBitRate: video.bitsPerSecond }),
    ...(video?.encoder !== undefined && { videoEncoder: video.encoder }),
  });
}

function videoPacketOf(packet: ScrcpyMediaStreamPacket): VideoPacket | undefined {
  if (packet.type === "configuration") {
    const parsed = h264ParseConfiguration(packet.data);
    const codec = [parsed.profileIndex, parsed.constraintSet, parsed.levelIndex].map(hexByte).join("");
    return {
      type: "configuration",
      data: packet.data,
      size: { width: parsed.croppedWidth, height: parsed.croppedHeight },
      codec: `avc1.${codec}`,
    };
  }
  return {
    type: "picture",
    data: packet.data,
    isKeyFrame: packet.keyframe ?? false,
    timestampUs: Number(packet.pts ?? 0n),
  };
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}
