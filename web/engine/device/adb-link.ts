import {
  ADB_DEFAULT_AUTHENTICATORS,
  AdbDaemonTransport,
  AdbPublicKeyAuthenticator,
  type AdbAuthenticator,
  type AdbCredentialStore,
} from "@yume-chan/adb";
import { AdbDaemonWebUsbDevice } from "@yume-chan/adb-daemon-webusb";
import { startAdbScrcpySession } from "../screen/adb-scrcpy-session.ts";
import type { ServerProgram } from "../screen/scrcpy-server.ts";
import { untilAborted } from "../aborted.ts";
import { withTimeLimit } from "../time-limit.ts";
import { readRawOutput, runShell } from "./adb-shell.ts";
import type { DeviceLink, OpenLink, OpenLinkHooks } from "./device-link.ts";
import { AuthRefusedError, InUseError } from "./problem-of-error.ts";

const claimLimitMs = 10_000;
const handshakeLimitMs = 10_000;
const closeLimitMs = 2000;

export interface AdbLinkNeeds {
  keys: AdbCredentialStore;
  serverProgram: ServerProgram;
  /** Makes Tango let go of what it holds of the device. */
  hangUp(): void;
}

/** Opens ADB over WebUSB. One attempt a call; whoever calls decides when to try again. */
export function makeOpenLink(device: AdbDaemonWebUsbDevice, needs: AdbLinkNeeds): OpenLink {
  /** Ends transfers under way, so whatever hangs on them rejects. */
  async function release(): Promise<void> {
    needs.hangUp();
    await withTimeLimit("closing the USB device", closeLimitMs, device.raw.close()).catch(() => undefined);
  }

  return async (hooks) => {
    try {
      const claiming = withTimeLimit("claiming the USB interface", claimLimitMs, device.connect());
      const connection = await untilAborted(claiming, hooks.signal);
      const transport = await authenticate(device.serial, connection, needs.keys, hooks);
      return makeAdbLink(transport, needs.serverProgram, release);
    } catch (error) {
      await release();
      if (error instanceof AdbDaemonWebUsbDevice.DeviceBusyError) {
        throw new InUseError(error.message, { cause: error });
      }
      throw error;
    }
  };
}

async function authenticate(
  serial: string,
  connection: Awaited<ReturnType<AdbDaemonWebUsbDevice["connect"]>>,
  credentialStore: AdbCredentialStore,
  hooks: OpenLinkHooks,
): Promise<AdbDaemonTransport> {
  const asked = Promise.withResolvers<undefined>();
  let isAsked = false;
  const askPerson: AdbAuthenticator = async function* (store, next) {
    for await (const packet of AdbPublicKeyAuthenticator(store, next)) {
      isAsked = true;
      hooks.onAuthorizing();
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
  await untilAborted(withTimeLimit("the ADB handshake", handshakeLimitMs, answered), hooks.signal);
  return await untilAborted(opened, hooks.signal);
}

function makeAdbLink(
  transport: AdbDaemonTransport,
  serverProgram: ServerProgram,
  release: () => Promise<void>,
): DeviceLink {
  return {
    ended: transport.disconnected.then(
      () => "ADB closed the connection",
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    ),
    shell: (commandLine, timeLimitMs) => runShell(transport, commandLine, timeLimitMs),
    readOutput: (commandLine, timeLimitMs) => readRawOutput(transport, commandLine, timeLimitMs),
    startScrcpy: (wish) => startAdbScrcpySession(transport, serverProgram, wish),
    close: async () => {
      const closing = Promise.resolve(transport.close());
      await withTimeLimit("closing ADB", closeLimitMs, closing).catch(() => undefined);
      await release();
    },
  };
}
