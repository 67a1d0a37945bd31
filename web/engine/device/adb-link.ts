import {
  ADB_DEFAULT_AUTHENTICATORS,
  AdbDaemonTransport,
  AdbPublicKeyAuthenticator,
  type AdbAuthenticator,
  type AdbCredentialStore,
  type AdbDaemonConnection,
} from "@yume-chan/adb";
import type { AdbDaemonWebUsbDevice } from "@yume-chan/adb-daemon-webusb";
import { listAdbEncoders } from "../screen/list-encoders.ts";
import { startAdbScrcpySession } from "../screen/adb-scrcpy-session.ts";
import { startAdbSoundSession } from "../sound/adb-sound-session.ts";
import type { ServerProgram } from "../screen/scrcpy-server.ts";
import { untilAborted } from "../aborted.ts";
import { withTimeLimit } from "../time-limit.ts";
import { type AdbEndpoints, claimAdbInterface } from "../usb/adb-interface.ts";
import { readPackets } from "../usb/packet-reader.ts";
import { writePackets } from "../usb/packet-writer.ts";
import { pullFile, pushFile } from "./adb-files.ts";
import { readRawOutput, runShell } from "./adb-shell.ts";
import type { DeviceLink, OpenLink, OpenLinkWish } from "./device-link.ts";
import { AuthRefusedError } from "./problem-of-error.ts";

const claimLimitMs = 10_000;
const resetLimitMs = 5000;
const closeLimitMs = 2000;
const closeAgainMs = 20;
const rebootLimitMs = 5000;

export interface AdbLinkNeeds {
  keys: AdbCredentialStore;
  serverProgram: ServerProgram;
}

/** Opens ADB over WebUSB. One attempt a call; whoever calls decides when to try again. */
export function makeOpenLink(device: AdbDaemonWebUsbDevice, needs: AdbLinkNeeds): OpenLink {
  /** Ends transfers under way, so whatever hangs on them rejects. */
  async function release(): Promise<void> {
    const startMs = performance.now();
    // A claim that was given up may still be under way: Chrome then refuses at once, and whoever came next would find it half open.
    while (device.raw.opened && performance.now() - startMs < closeLimitMs) {
      const closing = withTimeLimit("closing the USB device", closeLimitMs, device.raw.close());
      await closing.catch(() => new Promise((resolve) => setTimeout(resolve, closeAgainMs)));
    }
  }

  function claim(signal: AbortSignal): Promise<AdbEndpoints> {
    const claiming = claimAdbInterface(device.raw);
    return untilAborted(withTimeLimit("claiming the USB interface", claimLimitMs, claiming), signal);
  }

  /** Resolves with why it could not be: Windows, for one, often refuses. */
  async function resetUsb(signal: AbortSignal): Promise<string | undefined> {
    // Only a device that is ours: a reset would end the work of another program.
    await claim(signal);
    const refusal = await withTimeLimit("the USB reset", resetLimitMs, device.raw.reset()).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    // What was claimed before a reset is of no use after it.
    await release();
    return refusal;
  }

  return async (wish) => {
    try {
      if (wish.onUsbReset !== undefined) wish.onUsbReset(await resetUsb(wish.signal));
      const { inEndpoint, outEndpoint } = await claim(wish.signal);
      const life = makeLifeSign();
      const connection = {
        readable: readPackets(device.raw, inEndpoint, life.sign),
        writable: writePackets(device.raw, outEndpoint),
      };
      const transport = await authenticate(device.serial, connection, needs.keys, wish);
      return makeAdbLink(transport, needs.serverProgram, life, release);
    } catch (error) {
      await release();
      throw error;
    }
  };
}

async function authenticate(
  serial: string,
  connection: AdbDaemonConnection,
  credentialStore: AdbCredentialStore,
  wish: OpenLinkWish,
): Promise<AdbDaemonTransport> {
  const asked = Promise.withResolvers<undefined>();
  let isAsked = false;
  const askPerson: AdbAuthenticator = async function* (store, next) {
    for await (const packet of AdbPublicKeyAuthenticator(store, next)) {
      isAsked = true;
      wish.onAuthorizing();
      asked.resolve(undefined);
      yield packet;
    }
  };
  const opened = AdbDaemonTransport.authenticate({
    serial,
    connection,
    credentialStore,
    authenticators: [
      ...ADB_DEFAULT_AUTHENTICATORS.filter((each) => each !== AdbPublicKeyAuthenticator),
      askPerson,
    ],
  }).catch((error: unknown) => {
    // After the public key the device only ever asks again when the person said no.
    if (isAsked && String(error).includes("No authenticator"))
      throw new AuthRefusedError("the person said no");
    throw error;
  });
  // Once given up it may open or fail all the same; its end is then nobody's news.
  opened.then(({ disconnected }) => disconnected).catch(() => undefined);
  const answered = Promise.race([opened, asked.promise]);
  await untilAborted(withTimeLimit("the ADB handshake", wish.handshakeLimitMs, answered), wish.signal);
  return await untilAborted(opened, wish.signal);
}

interface LifeSign {
  sign: () => void;
  lastMs: () => number;
}

function makeLifeSign(): LifeSign {
  let lastMs = performance.now();
  return { sign: () => (lastMs = performance.now()), lastMs: () => lastMs };
}

function makeAdbLink(
  transport: AdbDaemonTransport,
  serverProgram: ServerProgram,
  life: LifeSign,
  release: () => Promise<void>,
): DeviceLink {
  return {
    ended: transport.disconnected.then(
      () => "ADB closed the connection",
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    ),
    heardAtMs: life.lastMs,
    shell: (commandLine, timeLimitMs) => runShell(transport, commandLine, timeLimitMs),
    readOutput: (commandLine, timeLimitMs) => readRawOutput(transport, commandLine, timeLimitMs),
    push: (path, file, hooks) => {
      const onProgress = (bytes: number): void => {
        life.sign();
        hooks?.onProgress?.(bytes);
      };
      return pushFile(transport, path, file, { ...hooks, onProgress });
    },
    pull: (path, take, hooks) => pullFile(transport, path, take, hooks),
    startScrcpy: (wish) => startAdbScrcpySession(transport, serverProgram, wish),
    listEncoders: () => listAdbEncoders(transport, serverProgram),
    startSound: (wish) => startAdbSoundSession(transport, serverProgram, wish),
    reboot: async () => {
      // adbd may be gone before it has said that it goes.
      const taken = Promise.resolve(transport.connect("reboot:")).then((socket) => socket.closed);
      const gone = transport.disconnected.catch(() => undefined);
      await withTimeLimit("asking for a reboot", rebootLimitMs, Promise.race([taken, gone]));
    },
    close: async () => {
      const closing = Promise.resolve(transport.close());
      await withTimeLimit("closing ADB", closeLimitMs, closing).catch(() => undefined);
      await release();
    },
  };
}
