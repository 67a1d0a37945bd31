import { Adb, type AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { h264ParseConfiguration, ScrcpyInstanceId, type ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import type { ScopedTransport } from "../device/scoped-transport.ts";
import { makeScrcpyControl } from "./adb-scrcpy-control.ts";
import { makeMediaPacketStream } from "./media-packet-stream.ts";
import { serverPath, uploadServer, type ServerProgram } from "./scrcpy-server.ts";
import { drain, makeLastWords } from "./server-output.ts";
import type { ScrcpySession, ScrcpyWish, VideoPacket } from "./scrcpy-session.ts";
import { closeWhenEnded, startInScope } from "./server-life.ts";

/** `DeviceLink.startScrcpy` over ADB. */
export function startAdbScrcpySession(
  transport: AdbTransport,
  serverProgram: ServerProgram,
  wish: ScrcpyWish,
): Promise<ScrcpySession> {
  return startInScope(transport, "starting scrcpy", (scope) => start(scope, serverProgram, wish));
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
  const ended = closeWhenEnded(scope, ends, lastWords);
  return { control: makeScrcpyControl(controller), ended, close: () => scope.close() };
}

function makeOptions(wish: ScrcpyWish): AdbScrcpyOptions3_3_3<boolean> {
  const video = wish.video;
  const options = new AdbScrcpyOptions3_3_3<boolean>({
    // Its own socket name, so that a server that is still ending cannot be mistaken for the new one.
    scid: ScrcpyInstanceId.random(),
    // Else the server removes its own program at some moment after the start, perhaps just when the next session (a
    // larger picture) wants to run it. What it would put back, a panel that was put out, live control puts back itself.
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
  options.createMediaStreamTransformer = makeMediaPacketStream;
  return options;
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
