import { Adb, type AdbTransport } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyExitedError, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { ScrcpyInstanceId } from "@yume-chan/scrcpy";
import { ScopedTransport } from "../device/scoped-transport.ts";
import { serverPath, uploadServer, type ServerProgram } from "../screen/scrcpy-server.ts";
import { drain, makeLastWords, type LastWords } from "../screen/server-output.ts";
import { withTimeLimit } from "../time-limit.ts";
import { NoSoundError, type SoundCodec, type SoundSession, type SoundWish } from "./sound-session.ts";

const startLimitMs = 15_000;
/** A server that has nothing to send ends, and says why before. */
const wordsLimitMs = 1000;

/**
 * `DeviceLink.startSound` over ADB. A server of its own, beside the one of the picture: sound that comes, goes or fails
 * touches no picture, and both clocks are the device's.
 */
export async function startAdbSoundSession(
  transport: AdbTransport,
  serverProgram: ServerProgram,
  wish: SoundWish,
): Promise<SoundSession> {
  const scope = new ScopedTransport(transport);
  try {
    return await withTimeLimit("starting scrcpy's sound", startLimitMs, start(scope, serverProgram, wish));
  } catch (error) {
    void scope.close();
    if (error instanceof AdbScrcpyExitedError) {
      const words = error.output.slice(-5).join(" ") || "no output";
      throw new Error(`the scrcpy server ended: ${words}`, { cause: error });
    }
    throw error;
  }
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
  const ended = Promise.race([printed, heard]).then(
    () => lastWords.text() || "the scrcpy server ended",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  // Whatever ended first, the rest is of no use.
  void ended.then(() => scope.close());
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
