import { Adb, type AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { ScrcpyInstanceId } from "@yume-chan/scrcpy";
import type { ScopedTransport } from "../device/scoped-transport.ts";
import { serverPath, uploadServer, type ServerProgram } from "../screen/scrcpy-server.ts";
import { closeWhenEnded, startInScope } from "../screen/server-life.ts";
import { drain, makeLastWords, type LastWords } from "../screen/server-output.ts";
import { withTimeLimit } from "../time-limit.ts";
import { NoSoundError, type SoundCodec, type SoundSession, type SoundWish } from "./sound-session.ts";

/** A server that has nothing to send ends, and says why before. */
const wordsLimitMs = 1000;

/**
 * `DeviceLink.startSound` over ADB. A server of its own, beside the one of the picture: sound that comes, goes or fails
 * touches no picture, and both clocks are the device's.
 */
export function startAdbSoundSession(
  transport: AdbTransport,
  serverProgram: ServerProgram,
  wish: SoundWish,
): Promise<SoundSession> {
  return startInScope(transport, "starting scrcpy's sound", (scope) => start(scope, serverProgram, wish));
}

async function start(
  scope: ScopedTransport,
  serverProgram: ServerProgram,
  wish: SoundWish,
): Promise<SoundSession> {
  await uploadServer(scope, await serverProgram());
  const client = await AdbScrcpyClient.start(new Adb(scope), serverPath, makeOptions(wish.codec));
  const lastWords = makeLastWords();
  const printed = drain(client.output, (line) => lastWords.add(line));
  printed.catch(() => undefined);
  const audio = await client.audioStream;
  if (audio?.type !== "success") {
    await withTimeLimit("a farewell", wordsLimitMs, printed).catch(() => undefined);
    throw new NoSoundError(reasonIn(lastWords) ?? `the device gives no sound as ${wish.codec}`);
  }
  if (wish.codec === "raw") wish.onStart(new Uint8Array());
  const heard = drain(audio.stream, (packet) => {
    if (packet.type === "configuration") wish.onStart(packet.data);
    else wish.onPiece(packet.data, Number(packet.pts ?? 0n));
  });
  const ended = closeWhenEnded(scope, [printed, heard], lastWords);
  return { ended, close: () => scope.close() };
}

function makeOptions(audioCodec: SoundCodec): AdbScrcpyOptions3_3_3<boolean> {
  return new AdbScrcpyOptions3_3_3<boolean>({
    scid: ScrcpyInstanceId.random(),
    // As for the picture: the server must not remove the program that the next session runs.
    cleanup: false,
    audio: true,
    audioCodec,
    video: false,
    control: false,
    // It would come on the first socket, where Tango takes it for the codec.
    sendDeviceMeta: false,
    // A sleeping phone is not to be woken for its sound.
    powerOn: false,
  });
}

/** `[server] WARN: Audio disabled: it is not supported before Android 11`, or an error, without what stands before it. */
function reasonIn(lastWords: LastWords): string | undefined {
  return /\[server\] (?:WARN|ERROR): (.+?)(?= \[server\]| List of |$)/.exec(lastWords.text())?.[1];
}
