import { serveConnection } from "./adb/connection.ts";
import { makeKeyRing } from "./adb/key-ring.ts";
import type { Wire } from "./adb/wire.ts";
import type { Android } from "./android/android.ts";
import { commandTable } from "./android/commands/table.ts";
import { makeInitialFiles } from "./android/initial-files.ts";
import { makeInstallSessions } from "./android/install-sessions.ts";
import { makeLog } from "./android/log.ts";
import { makePackages } from "./android/packages.ts";
import { makeProcesses } from "./android/processes.ts";
import { makeProperties } from "./android/properties.ts";
import { makeSettings } from "./android/settings.ts";
import type { Clock } from "./clock.ts";
import type { DebuggingAnswer, Display, Size } from "./display.ts";
import { type Faults, makeFaults } from "./faults.ts";
import type { PhoneModel } from "./model.ts";
import type { StartScrcpy } from "./scrcpy/context.ts";
import { makeMortalServer } from "./scrcpy/mortal-server.ts";
import { makeLocalSockets } from "./services/local-sockets.ts";
import { features, makeServices } from "./services/router.ts";

/** One virtual phone, switched on. Plugs bring it wires. */
export interface Phone {
  readonly model: PhoneModel;
  readonly display: Display;
  readonly android: Android;
  /** What is wrong with it; `breakPhone` does what else belongs to each. */
  readonly faults: Faults;
  /** Serves one computer; settles when that wire ends. */
  connect(wire: Wire): Promise<void>;
  /** "Revoke USB debugging authorisations": no computer is known any more. */
  revokeKeys(): void;
  close(): void;
}

export interface PhoneOptions {
  model: PhoneModel;
  display: Display;
  startScrcpy: StartScrcpy;
  clock: Clock;
  /** The phone wants to leave its plugs and come back. */
  onReboot: () => void;
  /** Told of errors that are no expected failure; the phone goes on. */
  onBug: (error: unknown) => void;
}

export function makePhone(options: PhoneOptions): Phone {
  const { model, display, onBug } = options;
  const faults = makeFaults();
  const bootedMs = options.clock.now();
  const aheadMs = () => faults.find("clock-jump")?.ms ?? 0;
  const clock: Clock = { now: () => options.clock.now() + aheadMs() };
  const upMs = () => options.clock.now() - bootedMs;
  const properties = makeProperties(model);
  const files = makeInitialFiles({
    model,
    clock,
    upMs,
    isFull: () => faults.find("disk-full") !== undefined,
    properties,
    binaries: Object.keys(commandTable),
  });
  const packages = makePackages(files, model.sdk);
  const android: Android = {
    model,
    display,
    clock,
    upMs,
    properties,
    files,
    settings: makeSettings(model),
    log: makeLog(clock),
    processes: makeProcesses(),
    packages,
    installs: makeInstallSessions(packages),
    sockets: makeLocalSockets(),
    startScrcpy: makeMortalServer(options.startScrcpy, faults),
    canEncode,
    reboot: options.onReboot,
  };
  const openService = makeServices(android);
  const keyRing = makeKeyRing();
  const wires = new Set<Wire>();
  let isOff = false;

  faults.onChange(() => (display.clockAheadMs = aheadMs()));

  function canEncode(size: Size, encoder: string): boolean {
    const refusing = faults.find("encoder-refuses");
    if (refusing?.which === "all" || (refusing && encoder === model.h264Encoders[0])) return false;
    const fault = faults.find("encoder-fails");
    if (fault === undefined) return true;
    const edge = Math.max(size.width, size.height);
    if (fault.longEdge === undefined) faults.add({ ...fault, longEdge: edge });
    return edge !== (fault.longEdge ?? edge);
  }

  /** Also a phone that lets every computer in asks, once it is told to be difficult about it. */
  const mustAsk = () => {
    return (["refused", "pending", "forgotten"] as const).some((name) => faults.find(name) !== undefined);
  };

  async function askDebugging(request: Parameters<Display["askDebugging"]>[0]): Promise<DebuggingAnswer> {
    if (faults.find("refused") !== undefined) return "deny";
    await faults.untilGone("pending", request.signal);
    const answer = await display.askDebugging(request);
    if (answer !== "deny") faults.end("forgotten");
    return answer;
  }

  return {
    model,
    display,
    android,
    faults,
    revokeKeys: () => keyRing.clear(),
    async connect(wire) {
      if (isOff) return;
      wires.add(wire);
      const served = serveConnection({
        wire,
        banner: bannerOf(model),
        features,
        get isSecure() {
          return model.isAdbSecure || mustAsk();
        },
        keyRing,
        askDebugging,
        openService,
        makeToken: () => crypto.getRandomValues(new Uint8Array(20)),
        onBug,
      });
      // A bug in serving one computer costs that computer its connection, never the phone.
      await served.catch(onBug);
      wire.close();
      wires.delete(wire);
    },
    close() {
      // First: a plug follows a wire that ended by itself with a fresh one.
      isOff = true;
      for (const wire of wires) wire.close();
      display.close();
    },
  };
}

function bannerOf(model: PhoneModel): string {
  const properties = { name: model.product, model: model.model, device: model.product };
  const pairs = Object.entries(properties).map(([key, value]) => `ro.product.${key}=${value}`);
  return `device::${[...pairs, `features=${features.join(",")}`].join(";")}`;
}
